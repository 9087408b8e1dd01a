// Package recogniser turns the sound of legs into words: it streams each leg to
// a server that speaks the Vosk WebSocket protocol (alphacep/vosk-server) and
// hands what comes back to the pipeline as interim and final transcripts.
//
//	leg -> queue -> link -> server -> answer -> timeline -> pipeline.Text
//
// [Bridge] does so live: a queue of bounded length lies between the shard, which
// only copies, and the network, so media never waits. [Transcriber] does so for
// files: it sends as fast as the server takes it and keeps the final words.
//
// Sound leaves only while consent covers voice and text and no pause is on.
package recogniser
