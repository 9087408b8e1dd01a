package text

// NumEmotions and NumEkman are the sizes of the two emotion sets.
const (
	NumEmotions = 28
	NumEkman    = 7
)

// Outputs is what the model says about one text. All are finite.
type Outputs struct {
	// Emotions are probabilities 0..1 of the GoEmotions labels (Demszky et al. 2020),
	// several may be high at once, in the order of EmotionNames.
	Emotions [NumEmotions]float32
	// Ekman are probabilities 0..1 of the six basic emotions and neutral, in the order of EkmanNames.
	Ekman [NumEkman]float32
	// Stressor is the probability 0..1 that the text names something that weighs on
	// the writer (SAD, Mauriello et al. 2021).
	Stressor float32
	// Stress is the probability 0..1 that the writer is stressed or distressed,
	// calibrated apart for short, middle and long texts. Scores stand on this one.
	Stress float32
	// Severity is how grave the stressor is, 0..1 of SAD's 10. Of use only where Stressor is high.
	Severity float32
	// Valence is the feeling of the words, -1..1 of VADER's 4 (Hutto & Gilbert 2014).
	Valence float32
	// Empathy and Distress are what a writer would report to feel for somebody
	// read about, 0..1 of 1..7 (Buechel et al. 2018). Weak: r about .4.
	Empathy, Distress float32
	// EmotionalReaction, Interpretation and Exploration are probabilities 0..1 that the text,
	// as an answer, shares the feeling, shows understanding, or asks on (EPITOME, Sharma et al. 2020).
	EmotionalReaction, Interpretation, Exploration float32
}

// EmotionNames are the names of Outputs.Emotions.
var EmotionNames = [NumEmotions]string{
	"admiration", "amusement", "anger", "annoyance", "approval", "caring", "confusion",
	"curiosity", "desire", "disappointment", "disapproval", "disgust", "embarrassment",
	"excitement", "fear", "gratitude", "grief", "joy", "love", "nervousness", "optimism",
	"pride", "realization", "relief", "remorse", "sadness", "surprise", "neutral",
}

// EkmanNames are the names of Outputs.Ekman.
var EkmanNames = [NumEkman]string{
	"anger", "disgust", "fear", "joy", "neutral", "sadness", "surprise",
}
