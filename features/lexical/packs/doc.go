// Package packs holds the languages that words are read in: a folder each, with
// a table of acts and markers, its spelling, and what the language is known by.
// README.md beside this file tells how to add one.
package packs
