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
