package statement

// The facets are the same under every catalogue, since the overlap engine and
// the lexicon know what each of them means; so they stand in code.

var kinds = []Term{
	{"training", "training", "trainings", []string{"course", "courses", "webinar", "webinars", "workshop", "workshops", "e-learning", "seminar", "seminars", "exercise", "study visit", "training course", "online course", "module", "summer school", "train the trainers"}},
	{"guidance", "guidance", "guidance", []string{"guide", "guides", "guideline", "guidelines", "handbook", "handbooks", "manual", "manuals", "toolkit", "toolkits", "checklist", "checklists", "good practices", "standards", "protocol"}},
	{"research", "research", "research", []string{"study", "studies", "report", "reports", "analysis", "survey", "surveys", "fieldwork", "mapping", "assessment", "threat assessment", "paper"}},
	{"operation", "operation", "operations", []string{"joint action day", "joint action days", "JAD", "JADs", "action day", "action days", "joint operation", "joint operations", "joint investigation team", "JIT", "JITs", "operational support", "raid", "inspections", "deployment"}},
	{"campaign", "campaign", "campaigns", []string{"awareness campaign", "awareness", "awareness raising", "awareness-raising", "communication campaign", "prevention campaign", "video", "poster", "leaflet"}},
	{"event", "event", "events", []string{"conference", "conferences", "meeting", "meetings", "round table", "roundtable", "round tables", "expert meeting", "hearing", "symposium", "panel", "side event"}},
	{"tool", "tool", "tools", []string{"app", "application", "software", "database", "platform", "IT system", "IT tool", "dashboard", "website", "system", "IT"}},
	{"data", "data collection", "data collections", []string{"statistics", "indicators", "dataset", "data set", "datasets", "figures", "data analysis"}},
	{"support", "support", "support", []string{"assistance", "technical assistance", "operational plan", "expertise", "on-site support", "secondment", "funding", "case support", "helpdesk", "advice"}},
	{"policy", "policy work", "policy work", []string{"policies", "opinion", "opinions", "strategy", "recommendations", "legislation", "action plan", "position paper", "policy paper", "consultation"}},
	{"network", "network", "networks", []string{"working group", "expert group", "networking", "community of practice", "contact points", "task force", "expert network"}},
	{"representation", "forum attended", "fora attended", []string{"represent", "forum", "fora", "attendance", "attending", "participation", "speech", "keynote", "represented", "mission"}},
}

var exploitations = []Term{
	{"sexual", "sexual exploitation", "sexual exploitation", []string{"sex", "sex trafficking", "prostitution", "forced prostitution", "pornography", "sexual abuse", "CSE"}},
	{"labour", "labour exploitation", "labour exploitation", []string{"labor", "labor exploitation", "labour trafficking", "forced labour", "forced labor", "work", "domestic servitude", "servitude", "severe labour exploitation", "slavery", "modern slavery", "domestic work", "work exploitation"}},
	{"criminality", "forced criminality", "forced criminality", []string{"forced criminal activities", "criminal activities", "criminal exploitation", "forced crime", "criminal", "forced criminal activity", "drug cultivation", "pickpocketing", "county lines", "scam centres"}},
	{"begging", "forced begging", "forced begging", []string{"beggary", "mendicity"}},
	{"marriage", "forced marriage", "forced marriages", []string{"forced marriage", "sham marriage", "sham marriages", "exploitative sham marriage", "marriages", "child marriage", "early marriage"}},
	{"other", "another form of exploitation", "other forms of exploitation", []string{"other exploitation", "others", "organ removal", "removal of organs", "organs", "organ", "organ trafficking", "illegal adoption", "surrogacy", "forced surrogacy", "adoption"}},
}

var audiences = []Term{
	{"law-enforcement", "law enforcement", "law enforcement officers", []string{"police", "police officers", "police officer", "law enforcement officer", "law enforcement authorities", "law enforcement agencies", "investigators", "investigator", "LEA", "LEAs", "LEO", "gendarmerie", "detectives"}},
	{"border-guards", "border guards", "border guards", []string{"border guard", "border", "borders", "border police", "coast guard", "coast guards", "border officers", "border authorities", "border and coast guards", "immigration officers", "customs"}},
	{"prosecutors-judges", "prosecutors and judges", "prosecutors and judges", []string{"prosecutors", "prosecutor", "judges", "judge", "judiciary", "judicial authorities", "magistrates", "public prosecutors", "courts", "judges and prosecutors", "practitioners of justice"}},
	{"asylum-officers", "asylum officers", "asylum officers", []string{"asylum officer", "asylum", "asylum case workers", "caseworkers", "case workers", "asylum officials", "reception officers", "reception staff", "reception", "asylum authorities", "registration officers", "vulnerability officers"}},
	{"labour-inspectors", "labour inspectors", "labour inspectors", []string{"labour inspector", "labor inspectors", "labor inspector", "inspectors", "inspector", "labour inspectorates", "labour inspectorate", "labour inspection", "inspectorates", "work inspectors"}},
	{"consular", "consular staff", "consular staff", []string{"consular officers", "consulates", "consulate", "consular officials", "embassies", "embassy", "visa officers", "visa staff", "diplomats", "consuls"}},
	{"social-services", "social services", "social services", []string{"social workers", "social worker", "social work", "child protection services", "guardians", "welfare services", "youth workers", "shelters", "teachers"}},
	{"health", "health professionals", "health professionals", []string{"health care", "healthcare", "health workers", "doctors", "nurses", "medical staff", "hospitals", "health services", "health staff", "midwives", "psychologists"}},
	{"ngos", "NGOs", "NGOs", []string{"NGO", "civil society", "civil society organisations", "CSO", "CSOs", "non-governmental organisations", "victim support organisations", "associations", "charities", "service providers"}},
	{"policy-makers", "policy makers", "policy makers", []string{"policy maker", "policymakers", "policymaker", "decision makers", "decision-makers", "ministries", "governments", "national rapporteurs", "national rapporteur", "parliament", "parliaments", "legislators", "politicians", "policy officers"}},
	{"private-sector", "the private sector", "private companies", []string{"private sector", "companies", "company", "business", "businesses", "industry", "employers", "employer", "banks", "financial institutions", "hotels", "airlines", "transport companies", "platforms", "tech companies", "technology companies"}},
	{"recruitment-agencies", "recruitment agencies", "recruitment agencies", []string{"recruitment agency", "recruiters", "recruiter", "labour market intermediaries", "intermediaries", "temporary work agencies", "temporary agencies", "employment agencies", "labour providers", "au pair agencies"}},
	{"trade-unions", "trade unions", "trade unions", []string{"trade union", "unions", "union", "workers' organisations", "labour unions", "worker representatives", "social partners"}},
	{"public", "the public", "the public", []string{"general public", "public", "citizens", "consumers", "everybody", "everyone", "travellers", "media", "journalists", "society", "clients", "users"}},
	{"victims", "victims", "victims", []string{"victim", "survivors", "survivor", "victims of trafficking", "trafficked persons", "presumed victims", "potential victims"}},
	{"children", "children", "children", []string{"child", "minors", "minor", "unaccompanied minors", "unaccompanied children", "UAM", "young people", "youth", "boys", "pupils", "students"}},
	{"women-girls", "women and girls", "women and girls", []string{"women", "girls", "woman", "girl", "women & girls"}},
	{"migrants", "migrants", "migrants", []string{"migrant", "migrant workers", "refugees", "asylum seekers", "asylum applicants", "applicants", "posted workers", "seasonal workers", "mobile workers", "workers", "refugee", "displaced persons"}},
	{"third-country-authorities", "authorities of third countries", "authorities of third countries", []string{"third countries", "third country", "third-country", "third country authorities", "partner countries", "non-EU authorities", "authorities outside the EU", "foreign authorities"}},
}

var statuses = []Term{
	{"planned", "planned", "planned", []string{"plan", "future", "upcoming", "intended", "scheduled", "not started", "foreseen"}},
	{"ongoing", "ongoing", "ongoing", []string{"on-going", "running", "current", "in progress", "under way", "underway", "started", "active", "continuing"}},
	{"completed", "completed", "completed", []string{"complete", "done", "finished", "ended", "closed", "over", "concluded", "delivered", "implemented"}},
	{"cancelled", "cancelled", "cancelled", []string{"canceled", "cancel", "called off", "dropped", "abandoned", "stopped", "discontinued"}},
}

var tlps = []Term{
	{"AMBER", "TLP:AMBER", "TLP:AMBER", []string{"orange", "yellow"}},
	{"AMBER+STRICT", "TLP:AMBER+STRICT", "TLP:AMBER+STRICT", nil},
	{"GREEN", "TLP:GREEN", "TLP:GREEN", nil},
	{"CLEAR", "TLP:CLEAR", "TLP:CLEAR", nil},
}
