package admit

import (
	"strings"
	"unicode/utf8"
)

// ibanFormats gives for each country that has IBAN what stands after the check
// digits: a for a letter, n for a digit, c for either, with their counts, as
// in the SWIFT registry.
var ibanFormats = formats(`
AD 8n12c  AE 19n    AL 8n16c  AT 16n    AZ 4a20c  BA 16n    BE 12n    BG 4a6n8c BH 4a14c  BR 23n1a1c
BY 4c4n16c CH 5n12c CR 18n    CY 8n16c  CZ 20n    DE 18n    DK 14n    DO 4c20n  EE 16n    EG 25n
ES 20n    FI 14n    FO 14n    FR 10n11c2n GB 4a14n GE 2a16n GI 4a15c  GL 14n    GR 7n16c  GT 24c
HR 17n    HU 24n    IE 4a14n  IL 19n    IQ 4a15n  IS 22n    IT 1a10n12c JO 4a4n18c KW 4a22c KZ 3n13c
LB 4n20c  LC 4a24c  LI 5n12c  LT 16n    LU 3n13c  LV 4a13c  LY 21n    MC 10n11c2n MD 20c  ME 18n
MK 3n10c2n MR 23n   MT 4a5n18c MU 4a19n3a NL 4a10n NO 11n   PK 4a16c  PL 24n    PS 4a21c  PT 21n
QA 4a21c  RO 4a16c  RS 18n    RU 14n15c SA 2n18c  SC 4a20n3a SD 14n   SE 20n    SI 15n    SK 20n
SM 1a10n12c ST 21n  SV 4a20n  TL 19n    TN 20n    TR 6n16c  UA 6n19c  VA 18n    VG 4a16n  XK 16n`)

// formats spells the table out: "NL 4a10n" becomes "aaaannnnnnnnnn".
func formats(table string) map[string]string {
	out := map[string]string{}
	words := strings.Fields(table)
	for i := 0; i+1 < len(words); i += 2 {
		var b strings.Builder
		n := 0
		for _, c := range words[i+1] {
			if '0' <= c && c <= '9' {
				n = n*10 + int(c-'0')
				continue
			}
			b.WriteString(strings.Repeat(string(c), n))
			n = 0
		}
		out[words[i]] = b.String()
	}
	return out
}

// findIBAN finds account numbers with or without spaces, in any case, whose
// format and check digits are right.
func findIBAN(text string) []span {
	var found []span
	for i := 0; i+15 <= len(text); i++ {
		if !isLetter(text[i]) || !isLetter(text[i+1]) || i > 0 && isAlnum(text[i-1]) {
			continue
		}
		format, ok := ibanFormats[strings.ToUpper(text[i:i+2])]
		if !ok {
			continue
		}
		if end, ok := ibanEnd(text, i, format); ok {
			found = append(found, span{i, end})
			i = end
		}
	}
	return found
}

// ibanEnd reads the account number at a byte. Groups other than fours are
// taken only where the whole of the number is digits, since words after "RO
// 24" could look like the rest of one.
func ibanEnd(text string, at int, format string) (end int, ok bool) {
	want := "aann" + format
	number := make([]byte, 0, 34)
	fours, group, lead := true, 0, strings.Trim(format, "n") == ""
	for i := at; len(number) < len(want); {
		c := text[i]
		switch {
		case fits(c, want[len(number)]):
			number = append(number, upper(c))
			group++
			i++
		case group > 0 && gapAt(text, i) > 0:
			fours = fours && group == 4
			group = 0
			i += gapAt(text, i)
		default:
			return 0, false
		}
		end = i
		if i >= len(text) && len(number) < len(want) {
			return 0, false
		}
	}
	if end < len(text) && isAlnum(text[end]) || !fours && !lead {
		return 0, false
	}
	return end, mod97(number) == 1
}

// gapAt is the length of a space or hyphen between groups at a byte.
func gapAt(text string, i int) int {
	c, size := utf8.DecodeRuneInString(text[i:])
	switch c {
	case ' ', '-', '.', '\u00a0', '\u202f', '\u2009':
		return size
	}
	return 0
}

// fits tells whether a byte is of a class of the format.
func fits(c, class byte) bool {
	switch class {
	case 'a':
		return isLetter(c)
	case 'n':
		return isDigit(c)
	}
	return isAlnum(c)
}

// mod97 is the remainder of ISO 13616: the first four characters at the end,
// letters as 10 to 35.
func mod97(number []byte) int {
	rest := 0
	for i := range number {
		c := number[(i+4)%len(number)]
		if isDigit(c) {
			rest = (rest*10 + int(c-'0')) % 97
		} else {
			rest = (rest*100 + int(c-'A') + 10) % 97
		}
	}
	return rest
}

func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
func isAlnum(c byte) bool  { return isDigit(c) || isLetter(c) }

func upper(c byte) byte {
	if 'a' <= c && c <= 'z' {
		return c - 0x20
	}
	return c
}
