"""Names of months as pages write them, whole and short → their numbers: CLDR's, written down from Babel's.

Babel itself reads forty files for them, a fifth of a second in each process that reads pages; `test_months` compares
them. Of the rarer languages only the names in a date are known ("9 марта"), and of their short ones none of three Latin
letters, which are words of other languages.
"""

from __future__ import annotations

import unicodedata

#: The names of each month in case-folded NFKC, without a full stop at the end.
_NAMES = {
    1: (
        "january, jan, januar, enero, ene, janvier, janv, gennaio, gen, janeiro, januari, stycznia, sty, styczeń, "
        "ledna, led, leden, tammikuuta, tammi, tammikuu, de gener, de gen, gener, янв, січ, сту, яну, јан, ιαν, "
        "saus, jaan, қаң, يناير, ינו׳, जन॰, জানু, января, січня, студзеня, януари, јануар, јануари, ιανουαρίου, "
        "ocak, január, ianuarie, januára, sausio, janvāris, jaanuar, janúar, xaneiro, yanvar, қаңтар, ינואר, "
        "जनवरी, জানুয়ারী"
    ),
    2: (
        "february, feb, februar, febrero, février, févr, febbraio, fevereiro, fev, februari, lutego, lut, luty, "
        "února, úno, únor, helmikuuta, helmi, helmikuu, de febrer, de febr, febrer, febr, февр, лют, фев, феб, "
        "φεβ, şub, veebr, ақп, فبراير, פבר׳, फ़र॰, ফেব, февраля, лютого, лютага, февруари, фебруар, φεβρουαρίου, "
        "şubat, február, februarie, februára, vasario, februāris, veebruar, febrúar, febreiro, fevral, ақпан, "
        "פברואר, फ़रवरी, ফেব্রুয়ারী"
    ),
    3: (
        "march, mar, märz, mär, marzo, mars, março, maart, mrt, marts, marca, marzec, března, bře, březen, "
        "maaliskuuta, maalis, maaliskuu, de març, març, мар, бер, сак, март, μαρ, márc, märts, нау, مارس, מרץ, "
        "मार्च, মার্চ, марта, березня, сакавіка, mart, μαρτίου, március, martie, marec, kovo, maret, mac, наурыз"
    ),
    4: (
        "april, apr, abril, abr, avril, avr, aprile, kwietnia, kwi, kwiecień, dubna, dub, duben, huhtikuuta, "
        "huhti, huhtikuu, d’abril, d’abr, апр, квіт, кра, απρ, ápr, сәу, أبريل, אפר׳, अप्रैल, এপ্রি, апреля, "
        "квітня, красавіка, април, απριλίου, nisan, április, aprilie, apríla, balandžio, aprīlis, aprill, apríl, "
        "aprel, сәуір, אפריל, এপ্রিল"
    ),
    5: (
        "may, mai, mayo, maggio, mag, maio, mei, maj, maja, května, kvě, květen, toukokuuta, touko, toukokuu, de "
        "maig, maig, мая, трав, май, мај, μαΐ, máj, maijs, maí, мам, مايو, מאי, травня, μαΐου, mayıs, május, "
        "mája, gegužės, мамыр"
    ),
    6: (
        "june, jun, juni, junio, juin, giugno, giu, junho, czerwca, cze, czerwiec, června, čvn, červen, "
        "kesäkuuta, kesä, kesäkuu, de juny, juny, июн, черв, чэр, юни, јун, ιουν, jún, birž, jūn, juuni, xuño, "
        "мау, يونيو, יוני, जून, জুন, июня, червня, чэрвеня, јуни, ιουνίου, haziran, június, iunie, júna, junij, "
        "birželio, jūnijs, júní, iyun, маусым"
    ),
    7: (
        "july, jul, juli, julio, juillet, juil, luglio, lug, julho, lipca, lip, lipiec, července, čvc, červenec, "
        "heinäkuuta, heinä, heinäkuu, de juliol, de jul, juliol, июл, лип, ліп, юли, јул, ιουλ, júl, liep, jūl, "
        "juuli, шіл, يوليو, יולי, जुल॰, জুল, июля, липня, ліпеня, јули, ιουλίου, temmuz, július, iulie, júla, "
        "julij, liepos, jūlijs, júlí, xullo, julai, iyul, шілде, जुलाई, জুলাই"
    ),
    8: (
        "august, aug, agosto, ago, août, augustus, augusti, sierpnia, sie, sierpień, srpna, srp, srpen, elokuuta, "
        "elo, elokuu, d’agost, d’ag, agost, авг, серп, жні, αυγ, ağu, rugp, ágú, там, أغسطس, אוג׳, अग॰, августа, "
        "серпня, жніўня, август, avgust, αυγούστου, ağustos, augusztus, augusta, rugpjūčio, augusts, ágúst, "
        "agustus, ogos, avqust, тамыз, אוגוסט, अगस्त, আগস্ট"
    ),
    9: (
        "september, sep, sept, septiembre, septembre, settembre, set, setembro, września, wrz, wrzesień, září, "
        "zář, syyskuuta, syys, syyskuu, de setembre, de set, setembre, сент, вер, сеп, σεπ, szept, rugs, қыр, "
        "سبتمبر, ספט׳, सित॰, সেপ, сентября, вересня, верасня, септември, септембар, septembar, σεπτεμβρίου, "
        "eylül, szeptember, septembrie, septembra, rugsėjo, septembris, sentyabr, қыркүйек, ספטמבר, सितंबर, "
        "সেপ্টেম্বর"
    ),
    10: (
        "october, oct, oktober, okt, octubre, octobre, ottobre, ott, outubro, out, października, paź, "
        "październik, října, říj, říjen, lokakuuta, loka, lokakuu, d’octubre, d’oct, окт, жовт, кас, οκτ, spal, "
        "қаз, أكتوبر, אוק׳, अक्टू॰, অক্টো, октября, жовтня, кастрычніка, октомври, октобар, oktobar, οκτωβρίου, "
        "ekim, október, octombrie, októbra, spalio, oktobris, oktoober, oktyabr, қазан, אוקטובר, अक्टूबर, অক্টোবর"
    ),
    11: (
        "november, nov, noviembre, novembre, novembro, listopada, lis, listopad, listopadu, marraskuuta, marras, "
        "marraskuu, de novembre, de nov, нояб, лист, ліс, ное, нов, νοε, lapkr, nóv, қар, نوفمبر, נוב׳, नव॰, নভে, "
        "ноября, листопада, лістапада, ноември, новембар, novembar, νοεμβρίου, kasım, noiembrie, novembra, "
        "lapkričio, novembris, nóvember, noyabr, қараша, נובמבר, नवंबर, নভেম্বর"
    ),
    12: (
        "december, dec, dezember, dez, diciembre, dic, décembre, déc, dicembre, dezembro, desember, des, grudnia, "
        "gru, grudzień, prosince, pro, prosinec, joulukuuta, joulu, joulukuu, de desembre, de des, desembre, дек, "
        "груд, сне, дец, δεκ, gruod, dets, жел, ديسمبر, דצמ׳, दिस॰, ডিসে, декабря, грудня, снежня, декември, "
        "децембар, decembar, δεκεμβρίου, aralık, decembrie, decembra, gruodžio, decembris, detsember, decembro, "
        "disember, dekabr, желтоқсан, דצמבר, दिसंबर, ডিসেম্বর"
    ),
}
_NUMBERS = {name: number for number, names in _NAMES.items() for name in names.split(", ")}
#: Letters that grow together with a month's name: Hebrew writes "in March" as one word.
_PREFIXES = ("ב",)


def number(name: str) -> int | None:
    """The month that a word (at most 20 characters of any case) names, 1 to 12."""
    name = unicodedata.normalize("NFKC", name).casefold().rstrip(".")
    return _NUMBERS.get(name) or next((_NUMBERS.get(name[1:]) for sign in _PREFIXES if name.startswith(sign)), None)
