"""Words that say nothing of what an editor cares about, a list a language: numbers, function words, the most general
verbs, times.

They are left out of what is learned from earlier issues, where "two" or "each" would stand beside "compiler" for no
better reason than that every article has it. Topics and words that an editor writes down are taken as they are, and so
are texts compared with each other: two reports on the same "two" are more alike for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from newsletter.curate.terms import STOP_WORDS

#: Numerals with what makes them ordinals or units of time: 12, 1,000, 3rd, 20s, 2º, 1er; and placeholders (___).
_NUMBER = re.compile(r"[\d_.,]+(?:st|nd|rd|th|s|º|ª|er|ère|e|ème)?")
#: Pairs of hiragana alone are endings and particles; pairs with these characters are numbers, measures and particles.
_HIRAGANA = re.compile("[\u3040-\u309f]+")
_CHINESE = re.compile(
    "[的了们個个們每这這那哪其之与與及或并也都就而但即则則把被让讓给給着著过過吗嗎呢吧些某各另]"
    "|^[一二三四五六七八九十两兩几幾第][^\u3040-\u30ff]$|[年月日]$"
)

_LISTS = {
    "en": (
        # numbers and quantities
        "zero two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty hundred hundreds "
        "thousand thousands million millions billion billions trillion dozen dozens first second third fourth fifth "
        "once twice double half quarter each every both either neither none few fewer several many much less least "
        "lot lots plenty enough another others else per percent pair couple single number numbers amount bit part "
        "whole entire total various certain own same different similar whatever whichever whoever "
        # pronouns, prepositions, conjunctions
        "me my mine myself him himself herself itself us ours ourselves yours yourself themselves anyone anybody "
        "anything everyone everybody everything someone somebody something nobody nothing whom whose why here above "
        "across against along among amongst around behind below beneath beside besides between beyond despite down "
        "during except inside near off onto outside past since through throughout toward towards under underneath "
        "until unless up upon versus via vs within without although though because whereas whether however "
        "therefore thus hence moreover furthermore meanwhile nevertheless nonetheless otherwise instead "
        # adverbs
        "again ago ahead almost alone already always anymore anyway apart away back barely certainly clearly "
        "currently directly early easily especially even eventually ever exactly extremely fairly far finally "
        "generally hardly highly indeed initially later largely lately likely little long maybe merely mostly "
        "mainly namely nearly necessarily never next often okay particularly perhaps possibly pretty previously "
        "probably quickly quite rather really recently regularly relatively simply slightly sometimes somewhat "
        "soon specifically still surely together too truly typically usually very well yes yet right actually "
        "absolutely apparently basically completely entirely fully obviously originally simultaneously "
        # the most general verbs and their forms, and what is left of n't
        "am isn aren wasn weren don doesn didn hasn haven hadn won wouldn couldn shouldn cannot doing done does get "
        "gets getting got gotten give gives giving given gave goes going gone went come comes coming came take "
        "takes taking taken took make makes making made let lets keep keeps keeping kept put puts seem seems seemed "
        "become becomes became know knows known knew want wants wanted need needs needed use uses used using see "
        "sees seen saw look looks looking looked find finds found think thinks thought feel feels felt tell tells "
        "told ask asks asked try tries tried trying might must shall ought able being having include includes "
        "including included mean means meant say saying happen happens happened start starts started begin begins "
        "began begun end ends turn turns turned call called set sets show shows showed shown"
        "allow allows add added bring brings brought leave left provide provides remain remains require requires "
        # adjectives and nouns of no subject
        "best better good great bad worse worst big bigger biggest small smaller large larger high higher low lower "
        "top old older latest recent full easy hard right wrong real true important available possible able ready "
        "sure main major common general way ways thing things stuff kind kinds sort case cases example "
        "examples reason reasons point points place fact question questions answer idea ideas tip tips step steps "
        "guide people person man woman men women world "
        # times
        "time times moment today tomorrow yesterday tonight day days week weeks weekend month months year years "
        "decade century hour hours minute minutes morning afternoon evening night monday tuesday wednesday thursday "
        "friday saturday sunday january february march april may june july august september october november "
        "december jan feb apr jun jul aug sep sept oct nov dec mon tue wed thu fri"
    ),
    "de": (
        "null zwei drei vier fünf sechs sieben acht neun zehn elf zwölf zwanzig hundert tausend million millionen "
        "milliarde milliarden prozent erste ersten erster erstes zweite zweiten dritte dritten einmal zweimal halb "
        "beide beiden jede jeder jedes jeden jedem alle allem allen aller alles einige einigen einiger manche viel "
        "viele vielen vieler wenig wenige weniger mehr meisten mehrere etwas nichts niemand jemand man keine keinen "
        "keiner kein ihm ihn ihnen ihrer ihre ihren ihres unser unsere mein meine dein wir mich mir dich dir uns "
        "euch diese dieser dieses diesen diesem jene welche welcher welches wer wo wann warum weshalb wenn weil ob "
        "obwohl während bevor nachdem seit bis damit dabei dafür dagegen daher darauf daran darin darüber davon dazu "
        "denn doch etwa gegen ohne unter zwischen neben hinter vom beim ins im ans ab außer trotz wegen laut hier "
        "dort da jetzt immer wieder schon sehr ganz gar eben einfach eigentlich fast genau gerade natürlich "
        "vielleicht wirklich wohl ziemlich bereits bisher derzeit sogar selbst sowie sondern jedoch allerdings zudem "
        "außerdem mal dann also zwar ja nein bin bist seid waren wäre haben habe hatte hatten hätte worden geworden "
        "sei müssen muss musste sollen soll sollte wollen will könnte könnten können konnte dürfen darf mag machen "
        "macht gemacht geht gehen ging gibt geben gab kommt kommen kam lassen lässt steht stehen liegt sagt sagte "
        "sehen zeigt finden bleibt bleiben heißt neue neuen neuer neues gut gute guten besser besten groß große großen "
        "klein kleine kleinen lange letzten letzte nächsten nächste weitere weiteren eigene eigenen andere anderen "
        "anderer anderes gleich heute morgen gestern tag tage tagen woche wochen monat monate monaten jahr jahre "
        "jahren stunde stunden minuten zeit mal uhr montag dienstag mittwoch donnerstag freitag samstag sonntag "
        "januar februar märz april mai juni juli august september oktober november dezember beispiel menschen leute"
    ),
    "fr": (
        "zéro deux trois quatre cinq six sept huit neuf dix onze douze vingt cent cents mille million millions "
        "milliard milliards premier première premiers deuxième second seconde troisième fois moitié chaque chacun "
        "chacune tout toute tous toutes plusieurs quelque quelques certains certaines aucun aucune beaucoup peu "
        "moins très trop assez autant tant même mêmes autre autres tel telle ils elles eux lui leur leurs mon ma mes "
        "ton ta tes notre nos votre vos moi toi soi celui celle ceux celles ceci cela ça dont lequel laquelle quoi "
        "quel quelle comme quand lorsque puisque parce afin donc car ni si sinon alors ainsi aussi après avant "
        "avoir avait avaient ayant ont aura était étaient étant être fut sera seront serait soit peut peuvent "
        "pouvait doit doivent devrait fait faire font faisait va vont aller vient venir met mettre prend prendre "
        "dit dire voit voir sait savoir veut faut donne donner permet reste entre contre sans sous vers chez depuis "
        "pendant durant dès hors lors malgré parmi selon jusque jusqu encore déjà toujours jamais souvent parfois "
        "bien mal mieux ici là ailleurs cependant pourtant toutefois enfin ensuite puis presque seulement surtout "
        "environ notamment non oui grand grande grands petit petite bon bonne meilleur nouveau nouvelle nouveaux "
        "dernier dernière derniers prochain aujourd hui hier demain jour jours semaine semaines mois an ans année "
        "années heure heures minutes temps lundi mardi mercredi jeudi vendredi samedi dimanche janvier février mars "
        "avril mai juin juillet août septembre octobre novembre décembre exemple chose choses gens personnes"
    ),
    "es": (
        "cero dos tres cuatro cinco seis siete ocho nueve diez once doce veinte cien ciento cientos mil miles millón "
        "millones primer primera primero segunda segundo tercer tercera vez veces mitad cada ambos ambas todos toda "
        "todas varios varias algún alguna algunos algunas alguien algo ningún ninguna nadie nada mucho mucha muchos "
        "muchas poco poca pocos menos tan tanto tantos demasiado mismo misma mismos otro otra otros otras tal estos "
        "estas ese esa esos esas eso esto aquel aquella yo tú él nos nosotros ustedes les le te me mi mis tu tus "
        "nuestro nuestra quien quienes cual cuales cuando donde como cómo qué si sino aunque mientras pues entonces "
        "así además también tampoco aún todavía ya siempre nunca casi solo sólo apenas luego después antes ahora "
        "hoy ayer mañana aquí allí sin sobre entre hasta desde hacia según durante contra bajo ante tras es ser era "
        "eran fue fueron sido siendo sea sería está están estaba estar he hemos había habían hay haber puede pueden "
        "podía poder debe deben hace hacer hacen hizo hecho va van ir viene dice decir dijo da dar tiene tienen "
        "tener tenía quiere sabe ver queda bien mal mejor mayor menor gran grande grandes pequeño nuevo nueva nuevos "
        "nuevas último última últimos próximo día días semana semanas mes meses año años hora horas minutos tiempo "
        "lunes martes miércoles jueves viernes sábado domingo enero febrero marzo abril mayo junio julio agosto "
        "septiembre octubre noviembre diciembre ejemplo cosa cosas forma manera parte personas gente"
    ),
    "it": (
        "zero due tre quattro cinque sei sette otto nove dieci undici dodici venti cento mille mila milione milioni "
        "miliardi primo prima primi seconda secondo terzo volta volte metà ogni ognuno entrambi tutto tutta tutti "
        "tutte alcuni alcune qualche qualcuno qualcosa nessuno nessuna niente nulla molto molta molti molte poco "
        "pochi meno tanto tanti troppo stesso stessa stessi altro altra altri altre tale questo questa questi queste "
        "quello quella quelli quelle io tu lui lei noi voi loro mi ti ci vi si mio mia suo sua suoi nostro chi cui "
        "quale quali quando dove come perché se mentre quindi poi allora così inoltre anche ancora già sempre mai "
        "quasi solo soltanto subito dopo ora oggi ieri domani qui qua là senza su tra fra fino verso secondo durante "
        "contro sotto sopra essere era erano stato stata stati sia sarà sarebbe ha hanno aveva avere ho può possono "
        "potrebbe deve devono dovrebbe fa fare fatto va vanno andare viene dice dire detto sono ed od dei degli al "
        "allo alla ai agli alle dai dallo nell nello nelle negli col ad bene male meglio maggiore grande grandi "
        "piccolo nuovo nuova nuovi nuove ultimo ultima ultimi prossimo giorno giorni settimana settimane mese mesi "
        "anno anni ora ore minuti tempo lunedì martedì mercoledì giovedì venerdì sabato domenica gennaio febbraio "
        "marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre esempio cosa cose modo parte"
    ),
    "pt": (
        "zero dois duas três quatro cinco seis sete oito nove dez onze doze vinte cem cento mil milhão milhões "
        "bilhões primeiro primeira segundo segunda terceiro vez vezes metade cada ambos todo toda todos todas tudo "
        "vários várias algum alguma alguns algumas alguém algo nenhum nenhuma ninguém nada muito muita muitos muitas "
        "pouco poucos menos tão tanto demais mesmo mesma outro outra outros outras tal este esta estes estas esse "
        "essa isso isto aquele aquela eu tu você vocês nós eles elas lhe lhes me te meu minha seu sua seus suas "
        "nosso quem qual quais quando onde como porque se embora enquanto pois então assim além também ainda já "
        "sempre nunca quase só apenas depois antes agora hoje ontem amanhã aqui ali lá sem sobre entre até desde "
        "segundo durante contra sob é ser era eram foi foram sido sendo seja seria está estão estava estar há havia "
        "haver pode podem poder deve devem faz fazer feito fez vai vão ir vem diz dizer disse dá dar tem têm ter "
        "tinha quer sabe ver fica num numa pelos pelas aos à bem mal melhor maior menor grande grandes pequeno novo "
        "nova novos novas último última últimos próximo dia dias semana semanas mês meses ano anos hora horas "
        "minutos tempo segunda terça quarta quinta sexta feira sábado domingo janeiro fevereiro março abril maio "
        "junho julho agosto setembro outubro novembro dezembro exemplo coisa coisas forma parte pessoas"
    ),
    "nl": (
        "nul twee drie vier vijf zes zeven acht negen tien elf twaalf twintig honderd duizend miljoen miljard eerste "
        "tweede derde keer helft elk elke ieder iedere iedereen beide alle alles allen sommige enkele enige iemand "
        "niemand iets niets geen veel vele weinig minder meer meest meeste zo zoveel zelf zelfde dezelfde hetzelfde "
        "ander andere anderen deze dit die dat welke wie wat waar wanneer waarom hoe als dan dus want omdat hoewel "
        "terwijl tenzij toen nu hier daar er altijd nooit vaak soms weer al nog eens heel erg zeer bijna alleen "
        "slechts misschien ook zelfs echter daarom bovendien vandaag gisteren morgen zonder onder over tussen tegen "
        "door sinds tijdens binnen buiten achter langs volgens via wij we jij je jullie u hem haar hun ons onze mijn "
        "jouw ben bent waren geweest heb hebben had hadden kan kunnen kon moet moeten mag mogen zal zullen zou "
        "zouden wil willen gaat gaan ging komt komen doet doen maakt maken laat laten geeft geven zegt blijft staat "
        "ligt goed goede beter beste groot grote klein kleine nieuw nieuwe laatste volgende dag dagen week weken "
        "maand maanden jaar jaren uur uren minuten tijd maandag dinsdag woensdag donderdag vrijdag zaterdag zondag "
        "januari februari maart april mei juni juli augustus september oktober november december voorbeeld mensen"
    ),
    "pl": (
        "dwa dwie dwóch trzy trzech cztery pięć sześć siedem osiem dziewięć dziesięć sto tysiąc tysięcy milion "
        "milionów pierwszy pierwsza drugi druga raz razy każdy każda każde każdego wszystko wszystkie wszyscy wiele "
        "wielu kilka kilku mało mniej więcej bardzo tylko inny inne innych sam sama ten ta te tego tej tym tych tam "
        "tu który która które których kto co jak gdy gdzie kiedy dlaczego czy ale lub albo więc oraz jednak także "
        "również już jeszcze zawsze nigdy często dziś dzisiaj wczoraj jutro teraz potem przed po pod nad między przez "
        "bez dla do od ze za przy jest są był była było były być będzie będą ma mają mieć miał może mogą można trzeba "
        "musi się nie tak jego jej ich nas nam nasz mnie swój swoje dzień dni tydzień miesiąc miesięcy rok roku lat "
        "lata godzin minut czas poniedziałek wtorek środa czwartek piątek sobota niedziela stycznia lutego marca "
        "kwietnia maja czerwca lipca sierpnia września października listopada grudnia nowy nowa nowe dobry duży"
    ),
    "ru": (
        "ноль один одна одно два две три четыре пять шесть семь восемь девять десять сто тысяча тысяч миллион "
        "миллионов первый первая второй вторая раз раза каждый каждая каждое каждого все всё всех всем весь вся "
        "много многие несколько мало меньше больше очень только другой другие других сам сама этот эта эти этого "
        "этом тот та те того том который которая которое которые которых кто где когда почему чтобы если или либо "
        "поэтому однако тоже также уже ещё еще всегда никогда часто сегодня вчера завтра сейчас теперь потом перед "
        "после под над между через без для при про быть есть будет будут может могут можно нужно должен надо мне мы "
        "нас нам наш вы вас свой свои своих него нее них день дня дней неделя недели месяц месяца год года лет годы "
        "час часов минут время понедельник вторник среда четверг пятница суббота воскресенье января февраля марта "
        "апреля мая июня июля августа сентября октября ноября декабря новый новая новые более менее самый"
    ),
    "ar": (
        "واحد اثنان اثنين ثلاثة ثلاث أربعة أربع خمسة خمس ستة سبعة ثمانية تسعة عشرة مئة مائة ألف آلاف مليون ملايين "
        "مليار الأول الأولى الثاني الثانية كل كلا جميع بعض عدة كثير الكثير أكثر أقل غير نفس آخر أخرى أيضا أيضاً جدا "
        "فقط بعد قبل بين تحت فوق خلال منذ حتى عند لدى حول دون ضد نحو أو أم ثم بل لكن لأن إذا حيث حين عندما بينما "
        "كيف أين متى لماذا ماذا أنا نحن أنت هم هن ذلك تلك هؤلاء الذين اللذين كانت يكون تكون ليس ليست لم لن سوف يمكن "
        "يجب اليوم أمس غدا يوم أيام أسبوع شهر أشهر سنة سنوات عام أعوام ساعة ساعات وقت يناير فبراير مارس أبريل مايو "
        "يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر"
    ),
}
_WORDS = {language: frozenset(listed.split()) for language, listed in _LISTS.items()}


def idle(languages: Collection[str | None]) -> Callable[[str], bool]:
    """Whether a term says nothing, in texts of these languages (BCP 47); None stands for a text of unknown language.

    A word may be idle in one language and a subject in another ("sei", "die"), so only theirs count; of an unknown
    language, all.
    """
    tags = {(tag or "").casefold().partition("-")[0] for tag in languages}
    listed = [words for tag, words in _WORDS.items() if tag in tags or "" in tags]
    words = frozenset().union(STOP_WORDS, *listed)

    def says_nothing(term: str) -> bool:
        return (
            term in words
            or _NUMBER.fullmatch(term) is not None
            or term.isnumeric()
            or _HIRAGANA.fullmatch(term) is not None
            or (term > "\u2e80" and _CHINESE.search(term) is not None)
        )

    return says_nothing
