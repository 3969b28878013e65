"""Any date in any supported form and language, behind its label, comes back as the same date."""

from datetime import date

from babel.dates import format_date
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.monitor.stated import body, find, paragraph

# "last updated" and "in force" as a writer of the language would put them; not taken from the product's table.
LABELS = {
    "en": ("Last updated", "Effective date"),
    "fr": ("Dernière mise à jour", "Date d'entrée en vigueur"),
    "de": ("Letzte Aktualisierung", "Gültig ab"),
    "es": ("Última actualización", "Fecha de entrada en vigor"),
    "it": ("Ultimo aggiornamento", "In vigore dal"),
    "pt": ("Última atualização", "Em vigor desde"),
    "nl": ("Laatst bijgewerkt", "Ingangsdatum"),
    "pl": ("Ostatnia aktualizacja", "Data wejścia w życie"),
    "cs": ("Poslední aktualizace", "Datum účinnosti"),
    "sk": ("Posledná aktualizácia", "Dátum účinnosti"),
    "hu": ("Utolsó frissítés", "Hatálybalépés dátuma"),
    "ro": ("Ultima actualizare", "Data intrării în vigoare"),
    "bg": ("Последна актуализация", "В сила от"),
    "el": ("Τελευταία ενημέρωση", "Σε ισχύ από"),
    "sl": ("Zadnja posodobitev", "Velja od"),
    "hr": ("Zadnje ažuriranje", "Na snazi od"),
    "lv": ("Pēdējo reizi atjaunināts", "Spēkā no"),
    "lt": ("Paskutinį kartą atnaujinta", "Galioja nuo"),
    "et": ("Viimati uuendatud", "Kehtib alates"),
    "da": ("Sidst opdateret", "Gældende fra"),
    "sv": ("Senast uppdaterad", "Gäller från"),
    "nb": ("Sist oppdatert", "Gjelder fra"),
    "fi": ("Viimeksi päivitetty", "Voimassa alkaen"),
    "tr": ("Son güncelleme", "Yürürlük tarihi"),
    "ru": ("Последнее обновление", "Дата вступления в силу"),
    "uk": ("Останнє оновлення", "Набирає чинності з"),
    "ja": ("最終更新日", "施行日"),
    "zh": ("最后更新日期", "生效日期"),
    "ko": ("최종 업데이트", "시행일"),
    "th": ("อัปเดตล่าสุด", "มีผลบังคับใช้ตั้งแต่วันที่"),
    "vi": ("Cập nhật lần cuối", "Có hiệu lực từ"),
    "id": ("Terakhir diperbarui", "Berlaku sejak"),
    "ar": ("آخر تحديث", "تاريخ السريان"),
    "he": ("עודכן לאחרונה", "בתוקף מיום"),
    "hi": ("अंतिम अपडेट", "प्रभावी तिथि"),
}
NUMBERED_MONTHS = {"ja", "zh", "ko", "vi"}  # their months have numbers, written only in the forms of CLDR
DAY_FORMS = (
    "full",
    "long",
    "medium",
    "dd.MM.y",
    "d. M. y",
    "dd/MM/y",
    "y-MM-dd",
    "y/MM/dd",
    "d MMMM y",
    "d. MMMM y",
    "d MMM y",
)
MONTH_FORMS = ("MMMM y", "MM/y")
DRESSES = ("{}", "{}.", "  {}  ", "**{}**", "_{}_", "({})", "\u200b{}", "🗓 {}")

languages = st.sampled_from(sorted(LABELS))
days = st.dates(date(1995, 1, 1), date(2068, 12, 31))


def forms_of(language, forms):
    return [form for form in forms if not (language in NUMBERED_MONTHS and "MMM" in form)]


@given(languages, days, st.data())
@settings(max_examples=600, deadline=None)
def test_a_day_behind_its_label_comes_back(language, day, data):
    label, field = data.draw(st.sampled_from(list(zip(LABELS[language], ("last_updated", "effective"), strict=True))))
    form = data.draw(st.sampled_from(forms_of(language, DAY_FORMS)))
    written = format_date(day, form, locale=language)
    separator = data.draw(st.sampled_from((": ", " ", ":\u00a0", " : ", ":\n")))
    line = data.draw(st.sampled_from(DRESSES)).format(f"{label}{separator}{written}")
    told = data.draw(st.sampled_from((language, None)))
    page = [paragraph(line), *body(data.draw(st.sampled_from((0, 3, 40))))]
    found = getattr(find(*page, language=told), field)
    assert found is not None, line
    assert day.isoformat() in {found.value, *found.alternatives}, line
    if form != "dd/MM/y" or language != "en":
        assert found.value == day.isoformat(), line


@given(languages, days, st.data())
@settings(max_examples=200, deadline=None)
def test_a_month_behind_its_label_comes_back(language, day, data):
    form = data.draw(st.sampled_from(forms_of(language, MONTH_FORMS)))
    line = f"{LABELS[language][0]}: {format_date(day, form, locale=language)}"
    found = find(line, language=language).last_updated
    assert found is not None, line
    assert found.value == day.isoformat()[:7], line


def ordinal(number):
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def in_digits_of(text, zero):
    return "".join(chr(ord(zero) + int(sign)) if sign.isascii() and sign.isdigit() else sign for sign in text)


# Ways of writing that CLDR's patterns do not give: (language, a function of the day).
OWN_WAYS = {
    "ordinal before the month": ("en", lambda day: f"{ordinal(day.day)} {day:%B} {day.year}"),
    "ordinal of the month": ("en", lambda day: f"{ordinal(day.day)} of {day:%B}, {day.year}"),
    "ordinal after the month": ("en", lambda day: f"{day:%B} {ordinal(day.day)}, {day.year}"),
    "two digits of the year": ("en", lambda day: f"{day.day} {day:%b} {day:%y}"),
    "two digits, dotted": ("de", lambda day: f"{day:%d.%m.%y}"),
    "premier du mois": ("fr", lambda day: format_date(day, "d MMMM y", locale="fr").replace("1 ", "1er ", 1) if day.day == 1 else format_date(day, "d MMMM y", locale="fr")),
    "Spanish of": ("es", lambda day: format_date(day, "d 'de' MMMM 'del' y", locale="es")),
    "Buddhist era": ("th", lambda day: format_date(day, "d MMMM", locale="th") + f" พ.ศ. {day.year + 543}"),
    "Reiwa": ("ja", lambda day: f"令和{day.year - 2018}年{day.month}月{day.day}日"),
    "full-width digits": ("ja", lambda day: in_digits_of(f"{day.year}年{day.month}月{day.day}日", "０")),
    "Minguo": ("zh", lambda day: f"民國{day.year - 1911}年{day.month}月{day.day}日"),
    "Arabic-Indic digits": ("ar", lambda day: in_digits_of(format_date(day, "d MMMM y", locale="ar_EG"), "٠")),
    "Devanagari digits": ("hi", lambda day: in_digits_of(format_date(day, "d MMMM y", locale="hi"), "०")),
    "Lithuanian": ("lt", lambda day: f"{day.year} m. {format_date(day, 'MMMM', locale='lt')} {day.day} d."),
    "Vietnamese": ("vi", lambda day: f"ngày {day.day} tháng {day.month} năm {day.year}"),
    "ISO with its time": ("en", lambda day: f"{day.isoformat()}T10:20:30Z"),
    "compact": ("en", lambda day: f"{day:%Y%m%d}"),
}  # fmt: skip


@given(st.sampled_from(sorted(OWN_WAYS)), st.dates(date(2019, 5, 1), date(2049, 12, 31)), st.sampled_from((0, 1)))
@settings(max_examples=400, deadline=None)
def test_a_day_written_in_a_countrys_own_way_comes_back(way, day, field):
    language, write = OWN_WAYS[way]
    line = f"{LABELS[language][field]}: {write(day)}"
    found = find(line, language=language)
    stated = found.effective if field else found.last_updated
    assert stated is not None, line
    assert stated.value == day.isoformat(), line


@given(st.lists(st.text(max_size=200), max_size=8), st.sampled_from((*sorted(LABELS), None)))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_without_an_error_and_always_alike(texts, language):
    page = [paragraph(text) for text in texts]
    assert find(*page, language=language) == find(*page, language=language)


@given(st.text(st.sampled_from("0123456789./-: Mayof年月日令和,|()\n"), max_size=300))
@settings(max_examples=300, deadline=None)
def test_values_are_real_days_months_or_years(text):
    found = find(f"Last updated: {text}")
    for value in [other.value for other in found.rejected] + ([found.last_updated.value] if found.last_updated else []):
        date.fromisoformat(value + "-01-01"[: 10 - len(value)] if len(value) == 4 else (value + "-01")[:10])
