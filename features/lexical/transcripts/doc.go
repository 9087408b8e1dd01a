// Package transcripts turns the events of other recognisers into messages:
// Deepgram's live results, AssemblyAI's streaming messages, Amazon Contact Lens
// real-time segments, and Genesys transcription notifications.
//
// Each mapping is a function that reads one event as it came off the wire and
// returns the messages in it, none for an event that carries no words. What the
// fields become:
//
//	            Deepgram               AssemblyAI v3 / v2               Contact Lens                  Genesys
//	text        alternatives[0]        transcript / text                Transcript.Content            alternatives[0].transcript
//	            .transcript
//	words       alternatives[0].words  words                            -                             alternatives[0].words
//	            (punctuated_word)
//	times       s since stream begin   ms since stream begin            BeginOffsetMillis, End..      offsetMs, durationMs, startTime
//	confidence  word.confidence        word.confidence                  -                             word.confidence
//	final       is_final               end_of_turn / FinalTranscript    Transcript, not Utterance     isFinal
//	role        channel_index          the caller tells                 ParticipantRole               channel EXTERNAL, INTERNAL
//	id          request id + start     turn_order / audio_start         Id                            utteranceId
//
// An interim and the final that replaces it carry the same ID. Times are in the
// leg's media time, as the recogniser counts it: the caller maps them to the
// interaction's clock. Sentiment, categories and other judgements of the vendor
// are not taken.
package transcripts
