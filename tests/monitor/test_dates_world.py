"""Heads and feet of policies as sites of many countries write them."""

import pytest

from tests.monitor.stated import body, stated

UPDATED = [
    ("fr", "Version n°3 du 22 juin 2020", "2020-06-22"),
    ("fr", "Mentions légales mises à jour au 30 mars 2021", "2021-03-30"),
    ("fr", "La présente charte a été modifiée en dernier lieu le 11 décembre 2023.", "2023-12-11"),
    ("fr", "Politique de confidentialité – v2.1 – 06/2023", "2023-06"),
    ("fr", "CGV_V7_Septembre 2023", "2023-09"),
    ("fr", "Rédigée le 4 mai 2018, révisée le 6 mars 2021", "2021-03-06"),
    ("fr", "Dernière mise à jour le 1 janvier 2023 – Tous droits réservés Acme 2024", "2023-01-01"),
    ("fr", "Paris, le 3 mai 2021", "2021-05-03"),
    ("fr", "Version consolidée au 6 mai 2022", "2022-05-06"),
    ("de", "Acme GmbH, Hamburg, Stand: Jan. 2020", "2020-01"),
    ("de", "Letztes Änderungsdatum 2023-02-01", "2023-02-01"),
    ("de", "Graz, am 25. Mai 2018", "2018-05-25"),
    ("es", "Este aviso fue modificado por última vez el día 12 de febrero del año 2021", "2021-02-12"),
    ("es", "Última actualización: mayo 25, 2018", "2018-05-25"),
    ("it", "Roma, lì 25 maggio 2018", "2018-05-25"),
    ("it", "Rev. 02 – Marzo 2022", "2022-03"),
    ("pt", "Data da última revisão: Maio/2023", "2023-05"),
    ("nl", "Vastgesteld te Utrecht op 3 mei 2021", "2021-05-03"),
    ("pl", "Treść polityki zaktualizowano 4 czerwca 2021 r.", "2021-06-04"),
    ("cs", "V Praze dne 24. května 2018", "2018-05-24"),
    ("sk", "Verzia zo dňa 15.6.2020", "2020-06-15"),
    ("ro", "Versiunea 3, actualizată în 5 mai 2022", "2022-05-05"),
    ("hu", "Kelt: Budapest, 2019. november 12.", "2019-11-12"),
    ("el", "Αναθεωρήθηκε στις 6 Μαΐου 2022", "2022-05-06"),
    ("bg", "гр. София, 3 юни 2020 г.", "2020-06-03"),
    ("hr", "U Zagrebu, 10. svibnja 2021.", "2021-05-10"),
    ("lv", "Pēdējās izmaiņas veiktas 2022. gada 4. martā", "2022-03-04"),
    ("lt", "Paskutinį kartą keista 2022-05-10", "2022-05-10"),
    ("et", "Muudetud: 14.02.2023", "2023-02-14"),
    ("sv", "Denna policy fastställdes den 14 maj 2018 och uppdaterades den 3 mars 2021.", "2021-03-03"),
    ("fi", "Laadittu 25.5.2018, päivitetty 3.4.2022", "2022-04-03"),
    ("tr", "Bu metin 06.05.2022 tarihinde güncellenmiştir.", "2022-05-06"),
    ("ru", "Утверждено приказом директора от 12.05.2021", "2021-05-12"),
    ("ru", "версия 1.2 от «03» мая 2022 г.", "2022-05-03"),
    ("uk", "Остання зміна: 5 червня 2023 року", "2023-06-05"),
    ("ja", "平成三十年四月一日 制定", "2018-04-01"),
    ("ja", "（2021年10月1日改定）", "2021-10-01"),
    ("zh", "本政策最近一次更新于2022年11月1日。", "2022-11-01"),
    ("th", "ประกาศ ณ วันที่ 1 มิถุนายน พ.ศ. 2565", "2022-06-01"),
    ("vi", "Hà Nội, ngày 15 tháng 3 năm 2022", "2022-03-15"),
    ("id", "Terakhir diubah pada tanggal 4 Maret 2022", "2022-03-04"),
    ("ar", "تم تحديث هذه السياسة في ٥ مايو ٢٠٢٢", "2022-05-05"),
    ("he", "התקנון עודכן בחודש מאי 2022", "2022-05"),
    ("hi", "पिछला अपडेट: 3 मई 2022", "2022-05-03"),
]
EFFECTIVE = [
    ("en", "Date of effect: 1 September 2021", "2021-09-01"),
    ("en", "Eff. 3 May 2021", "2021-05-03"),
    ("en", "Commencing 3 May 2021", "2021-05-03"),
    ("fr", "Version 4.2 – applicable depuis le 12/09/2021", "2021-09-12"),
    ("fr", "Applicables à toute commande passée à compter du 1er juin 2023", "2023-06-01"),
    ("fr", "Ces règles entreront en application le 17 février 2024.", "2024-02-17"),
    ("fr", "Ces modalités ont pris effet le 6 mai 2022", "2022-05-06"),
    ("fr", "Applicables dès le 15 mai 2022", "2022-05-15"),
    ("de", "Die nachfolgenden Bedingungen finden ab dem 1. März 2023 Anwendung.", "2023-03-01"),
    ("de", "Wirksamkeitsdatum: 3. April 2022", "2022-04-03"),
    ("es", "Rige a partir del 1 de julio de 2022", "2022-07-01"),
    ("it", "Le presenti condizioni sono valide a decorrere dal 5 maggio 2023", "2023-05-05"),
    ("pt", "Vigência: a partir de 01/06/2022", "2022-06-01"),
    ("pt", "Estes Termos passam a vigorar em 1º de março de 2022", "2022-03-01"),
    ("nl", "Deze versie is van kracht sinds 5 mei 2023", "2023-05-05"),
    ("pl", "Regulamin w wersji obowiązującej od 15 kwietnia 2022 r.", "2022-04-15"),
    ("cs", "Tyto Zásady vstupují v platnost 25. května 2018.", "2018-05-25"),
    ("sk", "Znenie účinné od 1.7.2024", "2024-07-01"),
    ("ro", "Valabil începând cu data de 15.09.2020", "2020-09-15"),
    ("hu", "Érvényes: 2020. január 1-től visszavonásig", "2020-01-01"),
    ("el", "Οι παρόντες όροι τέθηκαν σε ισχύ στις 5 Ιουνίου 2021", "2021-06-05"),
    ("bg", "Версия 2.0, в сила от 5 април 2022 г.", "2022-04-05"),
    ("sl", "Splošni pogoji veljajo od 1. 6. 2021 dalje", "2021-06-01"),
    ("hr", "Ova Pravila primjenjuju se od 25. svibnja 2018. godine.", "2018-05-25"),
    ("lv", "Noteikumi ir spēkā no 2021. gada 3. maija", "2021-05-03"),
    ("lt", "Redakcija, galiojanti nuo 2022-04-01", "2022-04-01"),
    ("et", "Versioon 2.0, kehtiv alates 6. maist 2022", "2022-05-06"),
    ("da", "Ikrafttrædelsesdato: 3. maj 2021", "2021-05-03"),
    ("sv", "Gäller från och med 2022-09-01", "2022-09-01"),
    ("nb", "Versjon 2.0 gjeldende fra 01.09.2023", "2023-09-01"),
    ("fi", "Nämä ehdot tulevat voimaan 1.9.2021.", "2021-09-01"),
    ("tr", "Bu sözleşme 3 Mayıs 2021 tarihinden itibaren geçerlidir.", "2021-05-03"),
    ("ru", "Актуально с 15.03.2022", "2022-03-15"),
    ("uk", "Редакція діє з 5 травня 2021 року", "2021-05-05"),
    ("zh", "生效日期：二〇二二年一月一日", "2022-01-01"),
    ("ko", "이 약관은 2021. 5. 3.부터 적용됩니다.", "2021-05-03"),
    ("th", "มีผลตั้งแต่วันที่ 1 มิ.ย. 2565 เป็นต้นไป", "2022-06-01"),
    ("ar", "تسري هذه الشروط اعتبارًا من 1 يناير 2022", "2022-01-01"),
    ("he", "תאריך תחילה: 3 במאי 2021", "2021-05-03"),
    ("hi", "यह नीति 1 जनवरी 2023 से प्रभावी है।", "2023-01-01"),
]
BOTH = [
    ("en", "Last updated and effective as of 05.06.2022", "2022-06-05", "2022-06-05"),
    ("fr", "Publiée le 3 mai 2019, mise à jour le 4 juin 2021, en vigueur depuis le 5 juin 2021.", "2021-06-04", "2021-06-05"),
    ("de", "Diese AGB wurden am 5. Juni 2023 aktualisiert und treten am 1. Juli 2023 in Kraft.", "2023-06-05", "2023-07-01"),
    ("es", "Fecha de última modificación y entrada en vigor: 6 de mayo de 2022", "2022-05-06", "2022-05-06"),
    ("it", "Termini aggiornati il 6 maggio 2022, efficaci dal 6 giugno 2022", "2022-05-06", "2022-06-06"),
    ("ja", "2022年5月3日改正・施行", "2022-05-03", "2022-05-03"),
    ("zh", "本版本更新日期：2022年5月6日，生效日期：2022年5月13日", "2022-05-06", "2022-05-13"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "line", "date"), UPDATED, ids=[line for _, line, _ in UPDATED])
def test_when_a_text_was_last_changed_is_understood_at_the_head_and_at_the_foot(language, line, date):
    assert stated(line, *body(), language=language) == (date, None)
    assert stated(*body(), line, language=language) == (date, None)


@pytest.mark.parametrize(("language", "line", "date"), EFFECTIVE, ids=[line for _, line, _ in EFFECTIVE])
def test_since_when_a_text_applies_is_understood_at_the_head_and_at_the_foot(language, line, date):
    assert stated(line, *body(), language=language) == (None, date)
    assert stated(*body(), line, language=language) == (None, date)


@pytest.mark.parametrize(("language", "line", "updated", "effective"), BOTH, ids=[line for _, line, *_ in BOTH])
def test_both_dates_of_one_line_are_told_apart(language, line, updated, effective):
    assert stated(line, *body(), language=language) == (updated, effective)
