package overlap

import (
	"math"
	"math/bits"
	"strings"
)

// places is a set of countries.
type places struct {
	bits [4]uint64
	n    int
}

const isoCodes = `AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW XK`

var countryBit = func() map[string]int {
	m := map[string]int{}
	for i, c := range strings.Fields(isoCodes) {
		m[c] = i
	}
	return m
}()

const unionCodes = `AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE`

// broad is from how many countries on a set says "everywhere" rather than
// naming places.
const broad = 20

func expand(countries []string) places {
	var p places
	for _, c := range countries {
		switch c {
		case "EU":
			for _, u := range strings.Fields(unionCodes) {
				p.add(u)
			}
		case "EL":
			p.add("GR")
		case "UK":
			p.add("GB")
		default:
			p.add(c)
		}
	}
	return p
}

func (p *places) add(code string) {
	i, ok := countryBit[code]
	if ok && p.bits[i/64]&(1<<(i%64)) == 0 {
		p.bits[i/64] |= 1 << (i % 64)
		p.n++
	}
}

// compare says how much two sets of countries share, and whether they share
// nothing. A missing one is unknown: neither.
func (p places) compare(q places) (shared, apart float64) {
	if p.n == 0 || q.n == 0 {
		return 0, 0
	}
	both := 0
	for i := range p.bits {
		both += bits.OnesCount64(p.bits[i] & q.bits[i])
	}
	switch {
	case both == 0:
		return 0, 1
	case p.n >= broad && q.n >= broad:
		return 0.6, 0
	case p.n >= broad || q.n >= broad:
		return 0.2, 0
	}
	return float64(both) / math.Sqrt(float64(p.n*q.n)), 0
}
