package store

// Names of the configuration are looked up once. What they meant then is kept
// here, and so is that the first filling of the roster is not done yet. It is
// not journalled: the person added is.

const metaFilling = "filling"

func nameKey(name string) string { return "name/" + hashHex([]byte(name)) }

// NamedAccount gives the account that a name of the configuration meant when
// it was looked up, or the zero value where it never was.
func (v *View) NamedAccount(name string) (id AccountID, err error) {
	_, err = getJSON(v.tx, KindMeta, nameKey(name), &id)
	return id, err
}

// KeepName keeps what a name of the configuration means.
func (c *Change) KeepName(name string, id AccountID) error {
	return putJSON(c.tx, KindMeta, nameKey(name), id)
}

// Filling tells whether the first filling of the roster has begun and still
// lacks somebody.
func (v *View) Filling() (filling bool, err error) {
	_, err = getJSON(v.tx, KindMeta, metaFilling, &filling)
	return filling, err
}

// SetFilling says whether somebody is still to be added.
func (c *Change) SetFilling(filling bool) error { return putJSON(c.tx, KindMeta, metaFilling, filling) }
