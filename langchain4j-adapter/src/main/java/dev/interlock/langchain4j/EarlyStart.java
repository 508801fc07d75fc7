package dev.interlock.langchain4j;

/**
 * Which calls of a streamed response start while the model still writes. Only a complete response counts. Before that
 * it can break off, the client can retry it, or it can turn out to hold other calls than the client reported.
 *
 * <p>In each setting, a call starts early only if all earlier calls of the response have started and the call has all
 * parameters that its tool requires.
 *
 * @see ParallelTools.Builder#earlyStart
 */
public enum EarlyStart {
    /**
     * Calls that are known to only read, or to touch nothing. The library drops their results if the response does not
     * hold them.
     */
    READS,
    /**
     * All calls with known effects. A call that changes something may then run although the response breaks off or does
     * not hold it. In this case the stream's error and the chat memory say so.
     */
    ALL,
    /** No calls. */
    OFF
}
