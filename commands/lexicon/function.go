package lexicon

import "strings"

// functionWords are the small words by which the language of a text is told,
// folded. A word that several languages have counts for each of them; those
// that are also English words are left out of the others.
func functionWords() map[string]langs {
	lists := map[string]string{
		"en": "the of and for in on to with by from at into about against who what how their its is are be will which this that between through during across or as an it",
		"de": "der die das den dem des und fur mit von zur zum im bei uber auf aus nach durch gegen zwischen eine einer eines einem ein ist sind werden wird als auch oder nicht sich",
		"fr": "le la les du des et pour avec dans sur par aux au une un en de contre entre est sont qui que ou leur leurs ces",
		"es": "el la los las del y para con en por una un de al contra entre sobre es son que su sus como",
		"it": "il lo la i gli le di del della dei delle degli e per con in nel nella su una un da dal contro tra fra che sono ed al alla",
		"pl": "w z i na do dla o przez oraz od przeciwko po ze ktore jest sie jako przy miedzy lub ich",
		"ro": "si in de la pentru cu pe din al ale a unei unui prin privind impotriva intre este sunt care sau lor",
		"nl": "de het een en van voor met op bij naar uit door tegen tussen over zijn worden wordt die dat aan te of ook",
		"pt": "o os as do da dos das e para com em no na nos nas por uma um de ao contra entre sobre que sao ou",
		"el": "και για με το τα τη την της του των στο στη στην στα στον η ο οι απο σε κατα μεταξυ που ειναι",
		"cs": "a v ve na pro s se z ze do o od proti mezi podle pri je jsou ktere nebo jako jejich",
		"hu": "a az es egy hogy nem vagy szamara elleni valo altal kozott reszere ellen szolo is",
		"sv": "och att for med av pa den det en ett som till fran mot mellan vid om ar eller hos i",
		"bg": "и на за от с в по при към между срещу със във са се или които",
		"da": "og at for med af pa den det en et som til fra mod mellem ved om er eller hos i",
		"fi": "ja on seka tai kanssa vastaan varten jotka joka eri myos",
		"sk": "a v vo na pre s so z zo do o od proti medzi podla pri je su ktore alebo ako",
		"hr": "i u na za s sa iz do o od protiv izmedu prema pri je su koji ili kao",
		"lt": "ir su apie iki del nuo tarp pries yra kurie arba kaip kovos",
		"lv": "un ar par no uz lidz pret starp ir kas vai",
		"et": "ja on ning voi kohta vastu vahel kes mis koos",
		"sl": "in v na za s z iz do o od proti med pri je so ki ali kot",
		"mt": "ta tal il u fil mal bejn kontra dwar li l",
		"ga": "agus na an ar le do i gcoinne faoi ag idir",
	}
	words := map[string]langs{}
	for bit, lang := range Languages() {
		for _, w := range strings.Fields(lists[lang]) {
			words[w] |= 1 << bit
		}
	}
	for _, w := range strings.Fields("a an in on of to as at for is i o or me do") {
		words[w] &= 1
		if words[w] == 0 {
			delete(words, w)
		}
	}
	return words
}

// smallRoles tells what small words do in a text, by their folded letters.
func smallRoles() map[string]role {
	roles := map[string]role{"s": possessive}
	for r, words := range map[role]string{
		skipped: "the a an",
		joining: "the a an and or its their der die das den dem und oder le la les et ou el los las y e o i il lo gli oraz si sau het en os as und och ja a και ο η το οι τα",
		towards: "for fur pour para per dla pentru voor για pro szamara reszere for till za за til varten pre skirt aimed targeting brings train trains training",
	} {
		for _, w := range strings.Fields(words) {
			roles[w] |= r
		}
	}
	return roles
}
