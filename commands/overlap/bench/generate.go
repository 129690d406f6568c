package main

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"thbot/commands/overlap"
	"thbot/store/date"
)

// The generated activities have the register's shape: ten agencies, a few
// audiences and the whole EU more often than others, periods over six years,
// texts of one to four sentences from the field's words.

var agencies = strings.Fields("easo europol eu-lisa emcdda eurojust eige frontex eurofound fra cepol")

type product struct{ kind, words string }

var products = []product{{"training", "Course"}, {"training", "Webinar"}, {"training", "Train-the-trainer module"}, {"training", "Simulation exercise"},
	{"guidance", "Handbook"}, {"guidance", "Checklist"}, {"guidance", "Pocket card"}, {"guidance", "Standard operating procedure"},
	{"research", "Study"}, {"research", "Comparative report"}, {"research", "Risk analysis"}, {"data", "Dashboard"}, {"data", "Statistics"},
	{"event", "Expert meeting"}, {"event", "Conference"}, {"event", "Workshop"}, {"campaign", "Campaign"}, {"campaign", "Leaflets"},
	{"tool", "Online platform"}, {"tool", "Screening tool"}, {"support", "Deployment of experts"}, {"policy", "Policy paper"},
	{"network", "Network of practitioners"}, {"operation", "Joint action days"}}

type topic struct{ exploitation, words string }

var topics = []topic{{"sexual", "sexual exploitation of women in the online sex trade"}, {"labour", "forced labour in agriculture and seasonal work"},
	{"labour", "domestic servitude in private households"}, {"criminality", "forced criminality in cannabis cultivation"},
	{"begging", "forced begging of children"}, {"marriage", "forced and sham marriages"}, {"labour", "exploitation of posted workers in construction"},
	{"sexual", "recruitment of girls by loverboys on social media"}, {"", "victims on migration routes"}, {"", "asset recovery and financial investigation of trafficking networks"},
	{"", "the national referral mechanism"}, {"", "unaccompanied children who go missing from reception"}, {"labour", "abusive recruitment fees charged by intermediaries"},
	{"", "indicators of trafficking at external borders"}, {"", "alerts on vulnerable persons in large-scale information systems"},
	{"", "the non-punishment of victims in court"}, {"", "compensation for victims"}, {"", "joint investigation teams in trafficking cases"},
	{"criminality", "drug couriers acting under coercion"}, {"sexual", "live-streamed abuse and digital evidence"}, {"labour", "supply chains and due diligence of companies"},
	{"", "trauma-informed interviewing"}, {"", "gender-specific support services"}, {"other", "illegal adoption and surrogacy"}}

var audiences = []string{"law-enforcement", "law-enforcement", "law-enforcement", "border-guards", "border-guards", "prosecutors-judges", "asylum-officers",
	"labour-inspectors", "policy-makers", "policy-makers", "consular", "social-services", "health", "ngos", "private-sector",
	"recruitment-agencies", "trade-unions", "public", "victims", "children", "women-girls", "migrants", "third-country-authorities"}

var countries = strings.Fields("AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE AL BA ME MK RS XK MD UA NG SN MA TN TR")

var commitments = strings.Fields("impunity prevention gender-child identification vulnerabilities prosecution training synergies information joint-activities cooperation")

var sentences = strings.Split(`Two days with case studies and role play.|The material comes in all official languages.|National experts review the draft.|
Builds a common understanding of first contact, safety and referral.|A short survey precedes it, an evaluation follows.|Interviews with practitioners in eight Member States.|
Results are shared with the network of contact points.|Participants are nominated by their authorities.|Covers detection, protection and prosecution.|
Includes data protection and access rights.|Interpreters and cultural mediators take part.|Financed under the work programme.|With a train-the-trainer element.|
Focus on recruitment, transport and control of victims.|Looks at online platforms, payments and communication.|Good practices are collected and rated.|
Warning signs, questions to ask and whom to call.|Pilot in three regions, then extended.`, "|")

func activity(rng *rand.Rand, id int) overlap.Work {
	one := func(list []string) string { return list[rng.IntN(len(list))] }
	p, t := products[rng.IntN(len(products))], topics[rng.IntN(len(topics))]
	w := overlap.Work{ID: id, Agency: one(agencies), Kind: p.kind}
	audience := one(audiences)
	w.Title = fmt.Sprintf("%s on %s for %s", p.words, t.words, strings.ReplaceAll(audience, "-", " "))
	for range rng.IntN(4) {
		w.Description += strings.TrimSpace(one(sentences)) + " "
	}
	if rng.Float64() < 0.85 {
		w.Audience = append(w.Audience, audience)
		if rng.Float64() < 0.25 {
			w.Audience = append(w.Audience, one(audiences))
		}
	}
	switch r := rng.Float64(); {
	case r < 0.5:
		w.Countries = []string{"EU"}
	case r < 0.9:
		for range 1 + rng.IntN(3) {
			w.Countries = append(w.Countries, one(countries))
		}
	}
	if t.exploitation != "" && rng.Float64() < 0.7 {
		w.Exploitation = []string{t.exploitation}
	}
	for range 1 + rng.IntN(2) {
		w.Commitments = append(w.Commitments, one(commitments))
	}
	first := date.NewDay(2024, 1, 1) + date.Day(rng.IntN(6*365))
	w.From = first.Date()
	if rng.Float64() < 0.9 {
		w.To = (first + date.Day(rng.IntN(300))).Date()
	}
	return w
}
