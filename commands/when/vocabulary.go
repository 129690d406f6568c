package when

// kind is what a word can mean in a date. One word may mean several things:
// "a" is "to" in Spanish and "one" in English.
type kind byte

const (
	month     kind = iota + 1 // n is 1 to 12
	monthAbbr                 // short, and read in running text when capitalised beside a number
	monthOdd                  // short, and a common word elsewhere: never read in running text
	weekday                   // n is 1 for Monday to 7 for Sunday
	season                    // n is 1 spring, 2 summer, 3 autumn, 4 winter
	unit                      // n is one of the units below
	number                    // n as a count
	ordinal                   // n as a rank
	turn                      // n is -1 last, 0 this, 1 next
	part                      // n is 1 early, 2 middle, 3 late
	near                      // n is days from today
	from                      // opens a period
	since                     // opens a period in the past
	until                     // closes a period
	to                        // stands between two ends
	between                   // stands before two ends
	and                       // stands between two ends after "between", or two months
	of                        // means nothing by itself
	within                    // "in March", "in two weeks"
	ago                       // "two weeks ago"
	quarterly                 // the letter of a quarter
	halfly                    // the letter of a half year
	weekly                    // the word or letter of a calendar week
)

// The units of time.
const (
	days = iota + 1
	weeks
	months
	quarters
	halves
	years
	weekends
	hours
	minutes
)

// meaning is one thing that a word can mean.
type meaning struct {
	kind kind
	n    int
}

// word is all that a known word can mean.
type word struct {
	kinds    uint32 // one bit for each kind
	meanings []meaning
}

// has tells whether the word can mean one of the kinds, given as bits.
func (w *word) has(kinds uint32) bool { return w != nil && w.kinds&kinds != 0 }

// bits gives the set of some kinds.
func bits(kinds ...kind) (set uint32) {
	for _, k := range kinds {
		set |= 1 << k
	}
	return set
}

// vocabulary is every word that is known, folded: small letters without
// accents. It is built once and never changed.
var vocabulary = build()

// build turns the tables into the vocabulary. Each list of words is in the
// order of its meaning's numbers, which start at from; words that mean the
// same stand together with a slash between them.
func build() map[string]*word {
	v := map[string]*word{}
	for _, row := range table {
		n := row.from
		for same := range fields(row.words) {
			for form := range forms(same) {
				w := v[form]
				if w == nil {
					w = &word{}
					v[form] = w
				}
				w.kinds |= bits(row.kind)
				w.meanings = append(w.meanings, meaning{row.kind, n})
			}
			n++
		}
	}
	return v
}

// table holds the words of the larger official languages of the Union. The
// order within a language follows the numbers.
var table = []struct {
	kind  kind
	from  int
	words string
}{
	// English, German, French, Spanish, Italian, Portuguese, Dutch, Polish
	// (nominative and genitive, locative), Romanian, Greek (nominative and
	// genitive, accusative), Swedish and Danish, Hungarian, Bulgarian
	{month, 1, "january february march april may june july august september october november december"},
	{month, 1, "januar/janner februar/feber marz april mai juni juli august september oktober november dezember"},
	{month, 1, "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre"},
	{month, 1, "enero febrero marzo abril mayo junio julio agosto septiembre/setiembre octubre noviembre diciembre"},
	{month, 1, "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"},
	{month, 1, "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro"},
	{month, 1, "januari februari maart april mei juni juli augustus september oktober november december"},
	{month, 1, "styczen/stycznia/styczniu luty/lutego/lutym marzec/marca/marcu kwiecien/kwietnia/kwietniu maj/maja/maju czerwiec/czerwca/czerwcu lipiec/lipca/lipcu sierpien/sierpnia/sierpniu wrzesien/wrzesnia/wrzesniu pazdziernik/pazdziernika/pazdzierniku listopad/listopada/listopadzie grudzien/grudnia/grudniu"},
	{month, 1, "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie"},
	{month, 1, "ιανουαριος/ιανουαριου/ιανουαριο φεβρουαριος/φεβρουαριου/φεβρουαριο μαρτιος/μαρτιου/μαρτιο απριλιος/απριλιου/απριλιο μαιος/μαιου/μαιο ιουνιος/ιουνιου/ιουνιο ιουλιος/ιουλιου/ιουλιο αυγουστος/αυγουστου/αυγουστο σεπτεμβριος/σεπτεμβριου/σεπτεμβριο οκτωβριος/οκτωβριου/οκτωβριο νοεμβριος/νοεμβριου/νοεμβριο δεκεμβριος/δεκεμβριου/δεκεμβριο"},
	{month, 1, "januari februari mars/marts april maj juni juli augusti/august september oktober november december"},
	{month, 1, "januar februar marcius aprilis majus junius julius augusztus szeptember oktober november december"},
	{month, 1, "януари февруари март април май юни юли август септември октомври ноември декември"},
	{monthAbbr, 1, "jan feb mar/mrz apr - jun jul aug sep/sept oct/okt nov dec/dez"},
	{monthOdd, 1, "ene/gen/janv/ian/sty fev/fevr/lut mrt/maa/mars abr/avr/kwi mag mei/cze giu/iun lug/lip/juil/iul ago/aou set/wrz ott/out/paz lis/noi dic/gru/dek"},

	{weekday, 1, "monday/mon tuesday/tue/tues wednesday/wed thursday/thu/thur/thurs friday/fri saturday/sat sunday/sun"},
	{weekday, 1, "montag/mo dienstag/di mittwoch/mi donnerstag/do freitag/fr samstag/sonnabend/sa sonntag/so"},
	{weekday, 1, "lundi mardi mercredi jeudi vendredi samedi dimanche"},
	{weekday, 1, "lunes martes miercoles jueves viernes sabado domingo"},
	{weekday, 1, "lunedi martedi mercoledi giovedi venerdi sabato domenica"},
	{weekday, 1, "segunda terca quarta quinta sexta sabado domingo"},
	{weekday, 1, "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag"},
	{weekday, 1, "poniedzialek wtorek sroda/srode czwartek piatek sobota/sobote niedziela/niedziele"},
	{weekday, 1, "luni marti miercuri joi vineri sambata duminica"},
	{weekday, 1, "δευτερα τριτη τεταρτη πεμπτη παρασκευη σαββατο κυριακη"},

	{season, 1, "spring summer autumn/fall winter"},
	{season, 1, "fruhling/fruhjahr sommer herbst winter"},
	{season, 1, "printemps ete automne hiver"},
	{season, 1, "primavera verano/estate otono/autunno invierno/inverno"},
	{season, 1, "primavera verao outono inverno"},
	{season, 1, "voorjaar/lente zomer najaar/herfst winter"},
	{season, 1, "wiosna/wiosne lato/latem jesien/jesienia zima/zime"},
	{season, 1, "primavara vara toamna iarna"},
	{season, 1, "ανοιξη καλοκαιρι φθινοπωρο χειμωνας/χειμωνα"},

	{unit, 1, "day/days week/weeks month/months quarter/quarters half/halves year/years weekend/weekends hour/hours minute/minutes"},
	{unit, 1, "tag/tage/tagen woche/wochen monat/monate/monaten quartal/quartals halbjahr/halbjahres jahr/jahre/jahren/jahres wochenende stunde/stunden minute/minuten"},
	{unit, 1, "jour/jours semaine/semaines mois trimestre/trimestres semestre/semestres an/ans/annee/annees - heure/heures minute/minutes"},
	{unit, 1, "dia/dias semana/semanas mes/meses trimestre/trimestres semestre/semestres ano/anos - hora/horas minuto/minutos"},
	{unit, 1, "giorno/giorni settimana/settimane mese/mesi trimestre/trimestri semestre/semestri anno/anni - ora/ore minuto/minuti"},
	{unit, 1, "dag/dagen week/weken maand/maanden kwartaal halfjaar jaar/jaren - uur minuut/minuten"},
	{unit, 1, "dzien/dni tydzien/tygodnie/tygodni miesiac/miesiace/miesiecy/miesiacu kwartal/kwartale/kwartalu polrocze/polroczu rok/lata/roku - godzina/godziny minuta/minuty"},
	{unit, 1, "zi/zile saptamana/saptamani luna/luni trimestrul semestrul an/ani/anul - ora/ore minut/minute"},
	{unit, 1, "d w - - - y - h m/min/mins"},

	{number, 1, "one/a/an two/couple three four five six seven eight nine ten eleven twelve"},
	{number, 1, "ein/eine/einer/einem/einen zwei drei vier funf sechs sieben acht neun zehn elf zwolf"},
	{number, 1, "un/une deux trois quatre cinq six sept huit neuf dix onze douze"},
	{number, 1, "uno/una/uma dos/due/dois/duas tres/tre cuatro/quattro/quatro cinco/cinque seis/sei siete/sette/sete ocho/otto/oito nueve/nove diez/dieci/dez"},
	{number, 1, "een twee drie vier vijf zes zeven acht negen tien"},
	{number, 1, "jeden/jedna dwa/dwie trzy cztery piec szesc"},
	{ordinal, 1, "first/1st second/2nd third/3rd fourth/4th"},
	{ordinal, 1, "erste/ersten/erstes/erster zweite/zweiten/zweites/zweiter dritte/dritten/drittes vierte/vierten/viertes"},
	{ordinal, 1, "premier/premiere deuxieme/second/seconde troisieme quatrieme"},
	{ordinal, 1, "primer/primero/primo/primeiro segundo/secondo tercer/tercero/terzo/terceiro cuarto/quarto"},
	{ordinal, 1, "eerste tweede derde vierde"},
	{ordinal, 1, "pierwszy/pierwsze/pierwszym drugi/drugie/drugim trzeci/trzecie czwarty/czwarte"},

	{turn, -1, "last/previous/past this/current next/coming/following"},
	{turn, -1, "letzte/letzten/letzter/letztes/vorige/vorigen diese/diesen/dieser/dieses/diesem nachste/nachsten/nachster/nachstes/nachstem/kommende/kommenden"},
	{turn, -1, "dernier/derniere ce/cet/cette prochain/prochaine"},
	{turn, -1, "pasado/pasada/scorso/scorsa/passado/passada este/esta/questo/questa proximo/proxima/prossimo/prossima"},
	{turn, -1, "vorig/afgelopen deze/dit volgend/volgende/komend/komende"},
	{turn, -1, "zeszly/zeszlym/ubiegly ten/ta/biezacy przyszly/przyszlym/przyszla/nastepny"},

	{part, 1, "early/beginning/start mid/middle late/end"},
	{part, 1, "anfang/beginn mitte ende"},
	{part, 1, "debut mi/milieu fin"},
	{part, 1, "principios/inicio/inizio mediados/meta/meados finales/fine/fim/final"},
	{part, 1, "begin midden/medio eind/einde"},
	{part, 1, "poczatek/poczatku polowa/polowie koniec/koncu/konca"},

	{near, -1, "yesterday today/tonight tomorrow"},
	{near, -1, "gestern heute morgen ubermorgen"},
	{near, -1, "hier aujourd demain"},
	{near, -1, "ayer/ieri/ontem hoy/oggi/hoje manana/domani/amanha"},
	{near, -1, "gisteren vandaag morgen overmorgen"},
	{near, -1, "wczoraj dzis/dzisiaj jutro pojutrze"},
	{near, -1, "χθες σημερα αυριο"},
	{near, -1, "ieri azi/astazi maine poimaine"},

	{from, 0, "from/starting/von/ab/vom/du/des/de/desde/da/dal/del/van/vanaf/od/din/απο"},
	{since, 0, "since/seit/sinds/depuis"},
	{until, 0, "until/till/til/by/through/bis/jusqu/hasta/entro/fino/ate/tot/do/pana/μεχρι/εως"},
	{to, 0, "to/until/till/til/through/thru/bis/zum/au/a/al/hasta/ate/fino/tot/do/la/pana/εως/μεχρι/tm"},
	{between, 0, "between/zwischen/entre/tra/fra/tussen/miedzy/intre/μεταξυ"},
	{and, 0, "and/und/et/y/e/en/i/si/και"},
	{of, 0, "of/the/de/del/del/des/du/di/do/da/dell/der/van/den/am/on/le/el/il/lo/la/um/roku/του/την/τον/τη/το/l/d/hui"},
	{within, 0, "in/during/throughout/im/en/w/we/em/no/na/nel/within/durant/pendant/durante/wahrend/tijdens/στις/στο/for/around/about"},
	{ago, 0, "ago"},
	{quarterly, 0, "q/t/quarter/quartal"},
	{halfly, 0, "h/s/hy"},
	{weekly, 0, "w/wk/kw/week/woche/semaine/semana/settimana"},
}
