package place

// narrow is the most countries that a region other than the EU may have to say
// where work is done; a wider one tells less than "somewhere".
const narrow = 20

// Where gives the places at which, by its text, the work is done: what InText
// finds without where persons come from, without the towns of agencies and
// institutions, in which people merely meet, and without regions of more than
// 20 countries. Each place comes once, where it is named first. Where two or
// more countries of a region are named, they count and not the region; where
// one is, the region does. The EU counts only if nothing else is named. What
// is empty in the end says nothing: for an EU agency that is the whole EU.
func Where(text string) []Hit {
	hits := InText(text)
	kept := hits[:0]
	var countries Set
	for _, h := range hits {
		if h.Seat || h.Origin || h.Region && h.Code != "EU" && h.Set.Len() > narrow || holds(kept, h.Code) {
			continue
		}
		if !h.Region {
			countries = countries.Union(h.Set)
		}
		kept = append(kept, h)
	}
	return settle(kept, countries)
}

// settle chooses between regions and the countries within them.
func settle(kept []Hit, countries Set) []Hit {
	var covered Set
	for _, h := range kept {
		if h.Region && h.Code != "EU" && h.Set.Intersect(countries).Len() < 2 {
			covered = covered.Union(h.Set)
		}
	}
	var out []Hit
	for _, h := range kept {
		switch {
		case h.Code == "EU" && (countries != Set{} || covered != Set{}):
		case h.Code != "EU" && h.Region && h.Set.Intersect(countries).Len() >= 2:
		case !h.Region && covered.Contains(h.Set):
		default:
			out = append(out, h)
		}
	}
	return out
}

func holds(hits []Hit, code string) bool {
	for i := range hits {
		if hits[i].Code == code {
			return true
		}
	}
	return false
}
