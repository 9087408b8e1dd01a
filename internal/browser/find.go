package browser

import (
	"os"
	"os/exec"
	"testing"
)

// Find returns the path of Chromium: that in the environment variable CHROMIUM,
// or the first of chromium, chromium-browser and google-chrome on the PATH.
// Without one it skips the test with a message, or fails it where CI=true.
func Find(t testing.TB) string {
	t.Helper()
	if path := os.Getenv("CHROMIUM"); path != "" {
		return path
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	const how = "chromium is not installed: 'make test' or 'apt-get install chromium' gets it"
	if os.Getenv("CI") == "true" {
		t.Fatal(how)
	}
	t.Skip(how)
	return ""
}
