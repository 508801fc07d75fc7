package dev.interlock.langchain4j;

/**
 * Which calls of a streamed response start while the model still writes. A response counts once it is complete: until then it
 * can break off, be retried, or turn out to hold other calls than the client has reported.
 *
 * <p>Whatever is set here, a call starts early only if all calls before it in the response have started, and not if it lacks a
 * parameter that its tool requires.
 *
 * @see ParallelTools.Builder#earlyStart
 */
public enum EarlyStart {
    /** Calls that are known to read only, or to touch nothing. What they did is dropped if the response does not hold them. */
    READS,
    /**
     * All calls of which it is known what they read and write. A call that changes something may have run although the
     * response breaks off, or does not hold it: then the error that the stream ends with and the chat memory say so.
     */
    ALL,
    /** None. */
    OFF
}
