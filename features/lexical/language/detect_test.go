package language_test

import (
	"testing"

	"github.com/attune-cx/attune/features/lexical/language"
	"github.com/attune-cx/attune/features/lexical/token"
)

func detect(t testing.TB, d *language.Detector, text string) language.Guess {
	t.Helper()
	s, err := token.NewSplitter(token.Config{})
	if err != nil {
		t.Fatal(err)
	}
	var tt token.Text
	s.Split(text, &tt)
	return d.Detect(text, &tt, "en")
}

func detector(t testing.TB, extra map[string][]string) *language.Detector {
	t.Helper()
	d, err := language.New(extra)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDetect(t *testing.T) {
	d := detector(t, nil)
	for text, want := range map[string]string{
		"I have been waiting for my order since Monday and nobody calls me back": "en",
		"why is my bill so high this month":                                      "en",
		"thanks a lot for your help":                                             "en",
		"I am angry":                                                             "en",
		"I AM FURIOUS":                                                           "en",
		"am Montag":                                                              "de",
		"Ich warte seit Montag auf meine Bestellung und niemand ruft mich an": "de",
		"Warum ist meine Rechnung so hoch?":                                   "de",
		"Llevo esperando mi pedido desde el lunes y nadie me llama":           "es",
		"¿Por qué es tan alta mi factura este mes?":                           "es",
		"J'attends ma commande depuis lundi et personne ne me rappelle":       "fr",
		"Pourquoi ma facture est-elle si élevée ce mois-ci ?":                 "fr",
		"Aspetto il mio ordine da lunedì e nessuno mi richiama":               "it",
		"Estou esperando o meu pedido desde segunda e ninguém me liga":        "pt",
		"Ik wacht sinds maandag op mijn bestelling en niemand belt me terug":  "nl",
		"Czekam na moje zamówienie od poniedziałku i nikt do mnie nie dzwoni": "pl",
		"Jag har väntat på min beställning sedan i måndags":                   "sv",
		"Pazartesiden beri siparişimi bekliyorum ve kimse beni aramıyor":      "tr",
		"Я жду свой заказ с понедельника":                                     "ru",
		"Я чекаю на своє замовлення з понеділка, її немає":                    "uk",
		"月曜日から注文を待っています":                                                      "ja",
		"我从星期一开始等我的订单":                                                        "zh",
		"월요일부터 주문을 기다리고 있어요":                                                  "ko",
		"أنتظر طلبي منذ يوم الاثنين":                                          "ar",
		"περιμένω την παραγγελία μου από τη Δευτέρα":                          "el",
		"मैं सोमवार से अपने ऑर्डर का इंतज़ार कर रहा हूँ":                      "hi",
	} {
		if g := detect(t, d, text); g.Tag != want {
			t.Errorf("%q: %+v, want %s", text, g, want)
		}
	}
}

// Nothing that speaks for a language gives none, and little gives little.
func TestUnknown(t *testing.T) {
	d := detector(t, nil)
	for _, text := range []string{"", "2291", "???", "xyzzy", "😡😡😡", "HG659"} {
		if g := detect(t, d, text); g.Tag != language.Unknown || g.Confidence != 0 {
			t.Errorf("%q: %+v", text, g)
		}
	}
	short, long := detect(t, d, "danke"), detect(t, d, "danke, ich habe das nicht und ihr auch nicht")
	if short.Evidence >= long.Evidence || short.Confidence > long.Confidence {
		t.Errorf("short %+v, long %+v", short, long)
	}
}

// A pack's own words make its language known.
func TestPackWords(t *testing.T) {
	d := detector(t, map[string][]string{"eo": {"kaj", "estas", "ĉu", "dankon"}})
	if g := detect(t, d, "dankon, mi estas kontenta kaj feliĉa"); g.Tag != "eo" {
		t.Errorf("%+v", g)
	}
}

func TestTooManyLanguages(t *testing.T) {
	extra := map[string][]string{}
	for k := range 64 {
		extra[string(rune('a'+k%26))+string(rune('a'+k/26))+"x"] = []string{"w"}
	}
	if _, err := language.New(extra); err == nil {
		t.Error("took more than it has room for")
	}
}

// Where function words are silent, trigrams speak; not for names, codes and few words.
func TestTrigrams(t *testing.T) {
	d := detector(t, nil)
	for text, want := range map[string]string{
		"Bankamatik kartımı yuttu":    "tr",
		"Pokój brudny, śmierdzący":    "pl",
		"kowalczyk@poczta.example.pl": language.Unknown,
		"Linda Park 555 0142":         language.Unknown,
	} {
		if g := detect(t, d, text); g.Tag != want {
			t.Errorf("%q: %+v, want %s", text, g, want)
		}
	}
}
