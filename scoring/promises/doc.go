// Package promises keeps the ledger of commitments of one interaction: made by
// the company or by the customer, due at a time, and what a person or a CRM
// said became of them.
//
// Words make a promise and may move it; they never keep or break it. Only a
// confirmed promise can be called kept or broken. The words themselves are not
// kept: a promise is its kind, its time and where it was made.
package promises
