// Command stressvoice trains the voice model of stress on EMO-DB's whole clips
// through a telephone, and measures it leaving one speaker out each time.
//
//	go run ./models/train/stressvoice -emodb DIR [-ravdess DIR] [-out models/stressvoice/weights.json]
//
// RAVDESS is only ever measured on. The same input gives the same weights.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/attune-cx/attune/benchmarks/stress"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "stressvoice:", err)
		os.Exit(1)
	}
}

func run(args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("stressvoice", flag.ContinueOnError)
	emodb := flags.String("emodb", "", "folder of EMO-DB: manifest.csv and wav/")
	ravdess := flags.String("ravdess", "", "folder of RAVDESS at 8 kHz, measured on only")
	out := flags.String("out", "", "file that the weights are written to")
	sharpen := flags.Bool("sharpen", false, "fit slope and offset on the speakers left out (Platt)")
	version := flags.String("version", "1", "version that the weights carry")
	if err := flags.Parse(args); err != nil {
		return err
	}
	train, err := load(stress.EmoDB, *emodb)
	if err != nil {
		return err
	}
	model := train.fit(*version)
	held := train.leaveOneOut(*version)
	if *sharpen {
		model.Slope, model.Offset = platt(held)
		rescale(held, model.Slope, model.Offset)
	}
	print(stdout, "EMO-DB, leave one speaker out", stress.Measure(held))
	if *ravdess != "" {
		test, err := load(stress.Ravdess, *ravdess)
		if err != nil {
			return err
		}
		print(stdout, "RAVDESS, untouched", stress.Measure(test.judge(model)))
	}
	for i, name := range model.Features {
		fmt.Fprintf(stdout, "%8.3f  %s\n", model.Weights[i], name)
	}
	fmt.Fprintf(stdout, "bias %.3f, slope %.3f, offset %.3f\n", model.Bias, model.Slope, model.Offset)
	if *out == "" {
		return nil
	}
	data, err := json.MarshalIndent(model, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(*out, append(data, '\n'), 0o644)
}

func print(w io.Writer, name string, r stress.Report) {
	fmt.Fprintf(w, "%s: %d clips, %d speakers\n  UAR %.3f [%.3f, %.3f]  AUC %.3f [%.3f, %.3f]  within speaker %.3f (worst %.3f)  women - men on calm %+.3f  ECE %.3f\n",
		name, r.N, r.Speakers, r.UAR, r.UARLow, r.UARHigh, r.AUC, r.AUCLow, r.AUCHigh, r.WithinMean, r.Worst, r.SexGap, r.Calibration)
}
