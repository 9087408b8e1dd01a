package lexical

// ModelOutput is what a text model says of one text. NaN is null.
type ModelOutput struct {
	Emotions          [NumEmotions]float32 // 0..1, order of EmotionNames
	Ekman             [NumEkman]float32    // 0..1, order of EkmanNames
	Stress, Severity  float32              // 0..1
	Valence           float32              // -1..1
	EmotionalReaction float32              // 0..1, as Interpretation and Exploration
	Interpretation    float32
	Exploration       float32
}

// Model makes readers of text. It is safe for concurrent use.
type Model interface {
	// NewInferer returns a reader for one goroutine.
	NewInferer() Inferer
}

// Inferer reads one text after another. It is not safe for concurrent use.
type Inferer interface {
	// Infer reads text into dst. It takes any text in bounded time.
	Infer(text string, dst *ModelOutput)
}

// EmotionNames are the GoEmotions labels (Demszky et al. 2020), in the order of
// [Reading.Emotions].
var EmotionNames = [NumEmotions]string{
	"admiration", "amusement", "anger", "annoyance", "approval", "caring", "confusion", "curiosity", "desire", "disappointment",
	"disapproval", "disgust", "embarrassment", "excitement", "fear", "gratitude", "grief", "joy", "love", "nervousness", "optimism",
	"pride", "realization", "relief", "remorse", "sadness", "surprise", "neutral",
}

// EkmanNames are the basic emotions, in the order of [Reading.Ekman].
var EkmanNames = [NumEkman]string{"anger", "disgust", "fear", "joy", "neutral", "sadness", "surprise"}

// ask answers a rule's condition from the model's output.
func (o *ModelOutput) ask(label string) (float64, bool) {
	switch label {
	case "stress":
		return float64(o.Stress), true
	case "valence":
		return float64(o.Valence), true
	case "exploration":
		return float64(o.Exploration), true
	case "interpretation":
		return float64(o.Interpretation), true
	case "emotional_reaction":
		return float64(o.EmotionalReaction), true
	}
	for k, name := range EmotionNames {
		if name == label {
			return float64(o.Emotions[k]), true
		}
	}
	return 0, false
}

// positive and negative are the GoEmotions labels of each side; the rest say
// nothing of pleasant or unpleasant.
var (
	positive = []int{0, 1, 4, 5, 13, 15, 17, 18, 20, 21, 23}
	negative = []int{2, 3, 9, 10, 11, 12, 14, 16, 19, 24, 25}
)

// any is the probability that at least one of the labels holds, taken as independent.
func (o *ModelOutput) any(labels []int) float64 {
	none := 1.0
	for _, k := range labels {
		none *= 1 - float64(o.Emotions[k])
	}
	return 1 - none
}
