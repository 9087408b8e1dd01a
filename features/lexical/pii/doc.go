// Package pii finds personal data in a text by rules, named as Presidio names
// it: CREDIT_CARD, CVV, IBAN_CODE, EMAIL_ADDRESS, PHONE_NUMBER, US_SSN, UK_NINO,
// DATE_OF_BIRTH, IP_ADDRESS, URL.
//
// Numbers are checked where they carry a check: Luhn for cards, mod 97 for IBAN,
// the ranges never issued for SSN and NINO. Digits spoken as words ("four one
// double two") count as digits. It finds; it does not promise to find all: see
// docs/words.md.
package pii
