package main

import (
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/attune-cx/attune/benchmarks/acts"
	"github.com/attune-cx/attune/features/lexical"
	"github.com/attune-cx/attune/features/lexical/packs"
	"github.com/attune-cx/attune/features/lexical/rules"
)

func main() {
	table := flag.String("table", "features/lexical/packs/en/acts.txt", "the `table` that is built in")
	write := flag.Bool("write", false, "write the fitted weights to the table")
	pull := flag.Float64("pull", 4, "how strongly weights are drawn to those of the table")
	flag.Parse()
	if err := run(*table, *write, *pull, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(table string, write bool, pull float64, files []string) error {
	turns, err := load(files)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(table)
	if err != nil {
		return err
	}
	lines := strings.Split(string(text), "\n")
	if err := fitAll(lines, turns, pull); err != nil || !write {
		return err
	}
	return os.WriteFile(table, []byte(strings.Join(lines, "\n")), 0o644)
}

// fitAll fits every act of the table that is a sum, and puts its weights into lines.
func fitAll(lines []string, turns []acts.Turn, pull float64) error {
	all, err := packs.Builtin(0)
	if err != nil {
		return err
	}
	a, err := lexical.New(lexical.Config{Explain: -1})
	if err != nil {
		return err
	}
	for k := range all["en"].Rules.Groups {
		g := &all["en"].Rules.Groups[k]
		if !g.Sum {
			continue
		}
		if err := fitAct(a, turns, g, pull, lines); err != nil {
			return err
		}
	}
	return nil
}

func load(files []string) (turns []acts.Turn, err error) {
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		part, err := acts.Load(f)
		f.Close()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		turns = append(turns, part...)
	}
	return turns, nil
}

// fitAct prints what the weights of the table, and of five folds, find, and puts
// those of all turns into lines.
func fitAct(a *lexical.Analyzer, turns []acts.Turn, g *rules.Group, pull float64, lines []string) error {
	rows, err := examples(a, turns, g)
	if err != nil {
		return err
	}
	w, head := weights(lines, g.Kind)
	if head == 0 {
		return fmt.Errorf("fit: the table has no sum for %s", g.Kind)
	}
	m := model{weights: w, base: head}
	fitted := m.fit(rows, pull)
	fmt.Printf("%-12s the table   %s\n", g.Kind, m.count(rows))
	fmt.Printf("%-12s five folds  %s\n", g.Kind, folds(m, rows, pull))
	fmt.Printf("%-12s on itself   %s\n", g.Kind, fitted.count(rows))
	replace(lines, fitted.weights)
	return nil
}
