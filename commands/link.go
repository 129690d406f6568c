package commands

// actionLinkYes confirms, on the new account itself, that it belongs to a
// person on the roster.
const actionLinkYes = "contact.linked"
