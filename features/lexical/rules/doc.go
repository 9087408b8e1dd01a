// Package rules matches readable patterns over the words of a text.
//
// A table is plain text that a linguist edits:
//
//	# a comment
//	list I = i | we
//	list soon = right away | as soon as possible
//
//	act apology by company span sentence
//	  .95  @I am @very? sorry
//	  .90  {if remorse>.3} ~apologise for ...3 @trouble
//	  not  sorry (what|who)
//	  yes  company: "I am so sorry about this."
//	  no   customer: "Sorry, what was that number?"
//
//	marker urgency +.30
//	  @soon
//
// An act or marker is a head line followed by its rules, its exceptions (not)
// and its examples (yes, no), which tests run. An act whose head says "sum -2" holds
// cues instead: each begins with what it adds to the log-odds, +.8 or -1.2, counts
// once in a sentence, and the act is there where they add up to more than nothing,
// with the probability that they stand for as its confidence. "by" says whose words are read
// (company, customer; anybody where it is absent), "span" whether the act covers
// what matched (match), the sentence around it (sentence) or each of its clauses
// (clause), "yields" names the
// acts beside which, in one sentence, it does not count, "stress" what the act
// moves in the log-odds of stress.
//
// A pattern is a row of elements, each of which takes words in turn; commas,
// quotes and filled pauses between them are passed over:
//
//	word        this word, in any case, accents dropped
//	~word       the word with its regular endings: refund refunds refunded refunding
//	pre*        every listed word that begins so (tables' own words only)
//	*ed         any word with this ending
//	a|b         either; (a b|c) groups of several words
//	x?          x or nothing
//	@list       any phrase of a list
//	...  ...3   any words, up to 5 or the number given
//	*           any one word
//	!x          the next word is not x      <!x  the word before is not x
//	^           begin of a clause           ^^   begin of the sentence      $    end of the sentence
//	#num #code #time #name #word   a number, a code, a time expression, a word written as a name, any word with letters
//
// Options stand in braces before the pattern: {q} the sentence is a question,
// {noq} it is not, {what=refund} names what was promised, {if label>.3} asks the
// text model, {words<8} bounds the sentence, {first} is near the begin of the text,
// {company} or {customer} whose words alone the rule reads, {answer} the begin of a
// text that follows a question, {after} only behind another match of the act in its
// sentence.
//
// Matching is bounded: a match spans at most 40 words, and each rule visits each
// of its states once for each word.
package rules
