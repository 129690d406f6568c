package admit

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"
)

// findPhone finds phone numbers: first by their look, then by the numbering
// plan of their country.
func findPhone(text string) []span {
	var found []span
	for i := 0; i < len(text); {
		c, size := utf8.DecodeRuneInString(text[i:])
		if !unicode.IsDigit(c) && c != '+' && c != '＋' && c != '(' {
			i += size
			continue
		}
		s, digits := numberAt(text, i)
		if digits >= 6 && isPhone(text, s, digits) {
			found = append(found, s)
		}
		i = max(s.to, i+size)
	}
	return found
}

// numberAt is the run of digits, with what may stand between the digits of a
// phone number, that begins at a byte. It ends with a digit.
func numberAt(text string, at int) (s span, digits int) {
	s = span{at, at}
	gap := 0
	for i, c := range text[at:] {
		switch {
		case unicode.IsDigit(c):
			digits++
			s.to, gap = at+i+utf8.RuneLen(c), 0
		case (c == '+' || c == '＋') && digits == 0 || c == '(' && digits < 5:
		case strings.ContainsRune(" -./()\u00a0\u202f–‑", c) && gap < 3:
			gap++
		default:
			return s, digits
		}
	}
	return s, digits
}

// isPhone tells whether a run of digits is a phone number.
func isPhone(text string, s span, digits int) bool {
	if digits > 18 || insideWord(text, s) || money(text, s) {
		return false
	}
	piece := text[s.from:s.to]
	bare := strings.TrimLeft(piece, "(")
	switch {
	case strings.HasPrefix(bare, "+") || strings.HasPrefix(bare, "＋"):
		return valid(bare, "ZZ")
	case strings.HasPrefix(bare, "00") && digits >= 9:
		return valid("+"+bare[2:], "ZZ")
	}
	strong, weak := introduced(text[:s.from])
	if !strong && !weak || yearLike(bare) || weak && !strong && bare[0] != '0' {
		return false
	}
	return slices.ContainsFunc(regions, func(r string) bool { return valid(bare, r) })
}

// valid asks the numbering plans.
func valid(number, region string) bool {
	n, err := phonenumbers.Parse(number, region)
	if err != nil {
		return false
	}
	if region == "ZZ" {
		return phonenumbers.IsValidNumber(n)
	}
	return phonenumbers.IsValidNumberForRegion(n, region)
}

// regions whose national numbers are known: the Union and its neighbours.
var regions = []string{"BE", "NL", "DE", "FR", "IT", "ES", "PL", "RO", "PT", "GR", "AT", "SE", "HU", "CZ", "BG", "DK", "FI", "SK",
	"IE", "HR", "LT", "SI", "LV", "EE", "CY", "LU", "MT", "GB", "CH", "NO", "UA", "MD", "AL", "RS", "BA", "MK", "ME", "TR"}

// insideWord tells whether a letter or digit, or a sign that makes it part of
// a larger number, stands directly beside the run.
func insideWord(text string, s span) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:s.from])
	after, _ := utf8.DecodeRuneInString(text[s.to:])
	return s.from > 0 && (unicode.IsLetter(before) || unicode.IsDigit(before) || before == '_') ||
		s.to < len(text) && (unicode.IsLetter(after) || after == '%' || after == '_')
}

// money tells whether a currency or a percent sign stands beside the run.
func money(text string, s span) bool {
	before := strings.ToLower(strings.TrimRight(text[max(0, s.from-5):s.from], " \u00a0"))
	after := strings.ToLower(strings.TrimLeft(text[s.to:min(len(text), s.to+8)], " \u00a0"))
	for _, sign := range []string{"eur", "€", "usd", "$", "gbp", "£", "%", "million", "m€", "k€"} {
		if strings.HasSuffix(before, sign) || strings.HasPrefix(after, sign) {
			return true
		}
	}
	return false
}

// yearLike tells years, ranges of years and dates from phone numbers.
func yearLike(number string) bool {
	parts := strings.FieldsFunc(number, func(c rune) bool { return !unicode.IsDigit(c) })
	if len(parts) < 2 || len(parts) > 3 {
		return false
	}
	year := func(s string) bool { return len(s) == 4 && (s[:2] == "19" || s[:2] == "20" || s[:2] == "21") }
	short := func(s string) bool { return len(s) <= 2 }
	first, last := parts[0], parts[len(parts)-1]
	if len(parts) == 2 {
		return year(first) || short(first) && year(last)
	}
	return year(first) && short(parts[1]) || short(first) && short(parts[1]) && year(last)
}

// Words that stand before a phone number in the larger languages. Behind a
// weak one, which has other uses too, only a number that begins with 0 counts;
// the last may stand between those and the number.
var (
	strongWords = []string{"tel", "tél", "phone", "telephone", "téléphone", "telefon", "telefono", "teléfono", "telefone", "telefonnummer", "telefoon",
		"mobile", "mobil", "móvil", "cell", "cellulare", "cellphone", "handy", "handynummer", "gsm", "portable", "telemóvel", "komórka", "kom", "τηλ", "τηλέφωνο", "κινητό",
		"mob", "whatsapp", "signal", "fax", "tlf", "puhelin", "телефон", "mobiel", "mobilnummer", "telefonul", "mobilul"}
	weakWords    = []string{"call", "ring", "dial", "contact", "reach", "text", "sms", "anrufen", "appeler", "appelez", "llamar", "chiamare", "bellen", "zadzwoń", "sunați", "ligar", "number", "nr", "no", "numéro", "número", "numero", "nummer"}
	betweenWords = []string{"me", "us", "him", "her", "them", "on", "at", "is", "under", "mich", "uns", "unter", "au", "al", "sur", "est", "ist", "op", "pod", "la", "via", "by", "o", "e"}
)

// introduced looks at the word before a number, past those that may stand
// between.
func introduced(before string) (strong, weak bool) {
	if len(before) > 64 {
		before = before[len(before)-64:]
	}
	if i := strings.LastIndexAny(before, "\n;"); i >= 0 {
		before = before[i:]
	}
	words := strings.FieldsFunc(strings.ToLower(before), func(c rune) bool { return !unicode.IsLetter(c) })
	for _, w := range slices.Backward(words) {
		strong = strong || slices.Contains(strongWords, w)
		weak = weak || slices.Contains(weakWords, w)
		if strong || !slices.Contains(betweenWords, w) && !slices.Contains(weakWords, w) {
			break
		}
	}
	return strong, weak
}
