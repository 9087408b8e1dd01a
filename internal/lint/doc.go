// Package lint holds the project's own rules as tests: which package may import
// which, how long a file may be, what has no place in the tree.
package lint
