package load

import (
	"context"
	"errors"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

const page = `# HELP attune_packet_to_ack_seconds From the arrival of the newest packet
# TYPE attune_packet_to_ack_seconds histogram
attune_packet_to_ack_seconds_bucket{le="0.01"} 10
attune_packet_to_ack_seconds_bucket{le="0.02"} 90
attune_packet_to_ack_seconds_bucket{le="0.04"} 100
attune_packet_to_ack_seconds_bucket{le="+Inf"} 100
attune_packet_to_ack_seconds_sum 1.5
attune_late_steps_total 3
attune_receiver_kernel_lost_total 0
attune_rtp_packets_total 1.2e+06
process_cpu_seconds_total 7.5
go_info{version="go1.26.8"} 1
`

func TestObserveReadsAServicesMetrics(t *testing.T) {
	answer := page
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(answer)) }))
	defer srv.Close()
	o, err := Observe(context.Background(), srv.Client(), srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	if o.CPU != 7.5 || o.Packets != 1.2e6 || o.LateSteps != 3 || o.Events() != 100 {
		t.Errorf("%+v", o)
	}
	for p, want := range map[float64]float64{.1: .01, .5: .015, .9: .02, .95: .03} {
		if got := o.Quantile(p); math.Abs(got-want) > 1e-9 {
			t.Errorf("quantile %g is %g, want %g", p, got, want)
		}
	}
	before := o
	if d := o.Since(before); d.Events() != 0 || d.CPU != 0 || !math.IsNaN(d.Quantile(.5)) {
		t.Errorf("nothing happened, and it tells %+v", d)
	}
	answer = strings.NewReplacer("0.04\"} 100", "0.04\"} 200", "+Inf\"} 100", "+Inf\"} 400", "7.5", "8").Replace(page)
	after, err := Observe(context.Background(), srv.Client(), srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	d := after.Since(before)
	if d.Events() != 300 || d.CPU != .5 || math.Abs(d.Quantile(.1)-.026) > 1e-9 || d.Quantile(.99) != .04 {
		t.Errorf("%+v, quantiles %g and %g", d, d.Quantile(.1), d.Quantile(.99))
	}
	if before.Events() != 100 {
		t.Error("Since changed what it was told")
	}
}

func TestObserveSaysWhatIsNotAService(t *testing.T) {
	srv := httptest.NewServer(http.NotFoundHandler())
	defer srv.Close()
	if _, err := Observe(context.Background(), srv.Client(), srv.URL); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("%v", err)
	}
	if _, err := parse(strings.NewReader("<html>")); err == nil {
		t.Error("a page of something else was read")
	}
	srv.Close()
	if _, err := Observe(context.Background(), srv.Client(), srv.URL); err == nil || errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
