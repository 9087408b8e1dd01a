package pitch

// What the search is told, in units of the normalised correlation r. A row of
// voice at r gains r and a bonus for clarity; silence gains voicedAt, more when the
// row is weak beside the loudest speech, less when the line is noisy, since noise
// lowers the r of every voice. The figures are rounded from a search by coordinate
// on FDA's two speakers. Searched on again on either alone, octaveCost apart, they
// change the other's FFE by 0.1 points or less; octaveCost is also held up by
// generated pulse trains: from the man's files alone it comes out as nothing, and
// the woman's FFE rises by 0.9 points of halved F0.
const (
	voicedAt = 0.66 // r above which a full-level row counts as voice

	// A correlation near 1 tells more than its size: the bonus is
	// clarity * log10((1-voicedAt) / (1-r+clarityFloor)).
	clarity      = 0.3
	clarityFloor = 0.01

	// Correlations from here on are equal: between two lags r is known no better,
	// and a period must not lose to its double for falling between two.
	fullR = 0.992

	octaveCost   = 0.033 // per octave, for the shorter of two equal periods
	octaveOrigin = 5.9   // log2 of the 60 Hz at which that is nothing

	changeCost = 0.65 // to begin or end a voice
	jumpCost   = 1.7  // per octave from one row to the next
	maxJump    = 1.7

	// What is asked of a candidate away from the usual F0; see usual.strange.
	nearby    = 0.5  // octaves that a voice moves about freely
	farCost   = 0.3  // the octave beyond that
	clearAt   = 0.95 // r from which a candidate above costs nothing,
	clearSpan = 0.1  // and how far below that it costs all

	anyVoice     = 7.5   // log2 of the 181 Hz between men and women,
	anyVoiceSure = 0.5   // asked of a voice not known
	heardAt      = 0.9   // r from which a decided row tells of the usual F0
	usualStep    = 0.08  // octaves that it moves in such a row, at most
	sureStep     = 0.02  // share of the way in such a row
	forget       = 0.002 // share of the certainty that is lost in every row

	weakAt    = 24.0  // dB below the peak where silence neither gains nor loses
	weakCost  = 0.75  // per 20 dB below that
	weakBonus = -0.15 // the most that a strong row takes from silence, in 20 dB

	noisyAt   = 17.0  // dB over the floor below which a line is noisy
	noisyCost = -0.14 // per 10 dB below that

	peakFall     = 0.03 // dB a row
	floorRise    = 0.03 // dB a row
	floorFall    = 0.2  // share of the way a row
	initialPeak  = -40  // dBFS
	initialFloor = -60  // dBFS

	leastR = 0.15 // peaks below are no candidates
)
