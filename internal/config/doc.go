// Package config reads attune.yaml: every key is documented in the example
// file, which Example returns, and a wrong key or value is told with its line.
package config
