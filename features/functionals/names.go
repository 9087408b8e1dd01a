package functionals

// Functional is the place of a functional in [Stats].V; its String is
// openSMILE's name.
type Functional uint8

// Count is the number of functionals.
const Count = 88

// The functionals that others name; the rest go by their place in [Names].
const (
	F0Mean               Functional = 0  // semitones re 27.5 Hz
	F0StdNorm            Functional = 1  // standard deviation over mean
	F0P20                Functional = 2  // semitones re 27.5 Hz
	F0P50                Functional = 3  // semitones re 27.5 Hz
	F0P80                Functional = 4  // semitones re 27.5 Hz
	F0Range              Functional = 5  // p80 - p20, semitones
	F0RisingSlope        Functional = 6  // mean, semitones per second
	F0FallingSlope       Functional = 8  // mean, semitones per second
	LoudnessMean         Functional = 10 //
	LoudnessStdNorm      Functional = 11 //
	LoudnessP20          Functional = 12 //
	LoudnessP50          Functional = 13 //
	LoudnessP80          Functional = 14 //
	LoudnessRange        Functional = 15 // p80 - p20
	LoudnessRisingSlope  Functional = 16 // mean, per second
	LoudnessFallingSlope Functional = 18 // mean, per second
	FluxMean             Functional = 20 //
	MFCC1Mean            Functional = 22 //
	MFCC2Mean            Functional = 24 //
	MFCC3Mean            Functional = 26 //
	MFCC4Mean            Functional = 28 //
	JitterMean           Functional = 30 // ratio
	ShimmerMean          Functional = 32 // dB
	HNRMean              Functional = 34 // dB
	H1H2Mean             Functional = 36 // dB
	H1A3Mean             Functional = 38 // dB
	F1Mean               Functional = 40 // Hz
	F2Mean               Functional = 46 // Hz
	F3Mean               Functional = 52 // Hz
	AlphaRatioVMean      Functional = 58 // dB, voiced hops
	HammarbergVMean      Functional = 60 // dB, voiced hops
	SlopeV0Mean          Functional = 62 // 0-500 Hz, dB/Hz, voiced hops
	SlopeV500Mean        Functional = 64 // 500-1500 Hz, dB/Hz, voiced hops
	FluxVMean            Functional = 66 // voiced hops
	AlphaRatioUVMean     Functional = 76 // dB, unvoiced hops
	HammarbergUVMean     Functional = 77 // dB, unvoiced hops
	SlopeUV0Mean         Functional = 78 // 0-500 Hz, dB/Hz, unvoiced hops
	SlopeUV500Mean       Functional = 79 // 500-1500 Hz, dB/Hz, unvoiced hops
	FluxUVMean           Functional = 80 // unvoiced hops
	LoudnessPeaksPerSec  Functional = 81 //
	VoicedSegmentsPerSec Functional = 82 //
	MeanVoicedLength     Functional = 83 // seconds
	StdVoicedLength      Functional = 84 // seconds
	MeanUnvoicedLength   Functional = 85 // seconds
	StdUnvoicedLength    Functional = 86 // seconds
	SoundLevel           Functional = 87 // equivalent level, dB re full scale
)

func (f Functional) String() string { return Names[f] }

// Names holds openSMILE's names of the 88, in its order.
var Names = names()

var contourParts = [...]string{
	"amean", "stddevNorm", "percentile20.0", "percentile50.0", "percentile80.0", "pctlrange0-2",
	"meanRisingSlope", "stddevRisingSlope", "meanFallingSlope", "stddevFallingSlope",
}

func names() (out [Count]string) {
	n := 0
	add := func(base string, parts ...string) {
		for _, p := range parts {
			out[n] = base + p
			n++
		}
	}
	add("F0semitoneFrom27.5Hz_sma3nz_", contourParts[:]...)
	add("loudness_sma3_", contourParts[:]...)
	for _, m := range pooled {
		if m.when == unvoiced {
			add(m.name+"_", "amean")
			continue
		}
		add(m.name+"_", "amean", "stddevNorm")
	}
	add("", "loudnessPeaksPerSec", "VoicedSegmentsPerSec", "MeanVoicedSegmentLengthSec", "StddevVoicedSegmentLengthSec",
		"MeanUnvoicedSegmentLength", "StddevUnvoicedSegmentLength", "equivalentSoundLevel_dBp")
	return out
}
