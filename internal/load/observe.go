package load

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Observed is what a service's /metrics tells of its work.
type Observed struct {
	CPU        float64 // seconds of CPU time
	Packets    float64 // RTP packets taken by a leg
	KernelLost float64 // datagrams dropped in full receive buffers
	LateSteps  float64 // steps of a shard that came 50 ms late or more
	Acks       []Bucket
}

// Bucket is one of a histogram's: how many lay at or below Le seconds.
type Bucket struct{ Le, Count float64 }

// Observe reads the metrics at url (http://host:port/metrics).
func Observe(ctx context.Context, client *http.Client, url string) (Observed, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return Observed{}, err
	}
	res, err := client.Do(req)
	if err != nil {
		return Observed{}, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return Observed{}, fmt.Errorf("GET %s: %s", url, res.Status)
	}
	return parse(io.LimitReader(res.Body, 4<<20))
}

// parse reads the lines of the Prometheus text format that matter here.
func parse(r io.Reader) (Observed, error) {
	var o Observed
	known := map[string]*float64{
		"process_cpu_seconds_total": &o.CPU, "attune_rtp_packets_total": &o.Packets,
		"attune_receiver_kernel_lost_total": &o.KernelLost, "attune_late_steps_total": &o.LateSteps,
	}
	lines, found := bufio.NewScanner(r), 0
	for lines.Scan() {
		name, text, ok := strings.Cut(lines.Text(), " ")
		value, err := strconv.ParseFloat(text, 64)
		if !ok || err != nil {
			continue
		}
		if to := known[name]; to != nil {
			*to, found = value, found+1
			continue
		}
		if le, ok := strings.CutPrefix(name, `attune_packet_to_ack_seconds_bucket{le="`); ok {
			if edge, err := strconv.ParseFloat(strings.TrimSuffix(le, `"}`), 64); err == nil {
				o.Acks = append(o.Acks, Bucket{edge, value})
			}
		}
	}
	if err := lines.Err(); err != nil {
		return Observed{}, fmt.Errorf("load: metrics: %w", err)
	}
	if found == 0 || len(o.Acks) == 0 {
		return Observed{}, fmt.Errorf("load: metrics: these are not those of attune serve")
	}
	return o, nil
}

// Since is what happened between before and o.
func (o Observed) Since(before Observed) Observed {
	d := Observed{CPU: o.CPU - before.CPU, Packets: o.Packets - before.Packets,
		KernelLost: o.KernelLost - before.KernelLost, LateSteps: o.LateSteps - before.LateSteps, Acks: slices.Clone(o.Acks)}
	for i := range min(len(d.Acks), len(before.Acks)) {
		d.Acks[i].Count -= before.Acks[i].Count
	}
	return d
}

// Events is how many acknowledgements the histogram counts.
func (o Observed) Events() int64 {
	if len(o.Acks) == 0 {
		return 0
	}
	return int64(o.Acks[len(o.Acks)-1].Count)
}

// Quantile is the time in seconds below which the share p of the acknowledgements
// came, interpolated within its bucket; NaN without any, the last finite edge for
// what lies beyond it.
func (o Observed) Quantile(p float64) float64 {
	want := p * float64(o.Events())
	if want <= 0 {
		return math.NaN()
	}
	var from Bucket
	for _, b := range o.Acks {
		if b.Count >= want && !math.IsInf(b.Le, 1) {
			return from.Le + (b.Le-from.Le)*(want-from.Count)/(b.Count-from.Count)
		}
		if !math.IsInf(b.Le, 1) {
			from = b
		}
	}
	return from.Le
}
