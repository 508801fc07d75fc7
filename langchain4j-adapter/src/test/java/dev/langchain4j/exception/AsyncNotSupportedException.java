package dev.langchain4j.exception;

/** Stands in for that of LangChain4j 1.20, where the version that the tests run on has none. */
public class AsyncNotSupportedException extends UnsupportedFeatureException {

    private static final long serialVersionUID = 1L;

    public AsyncNotSupportedException(String message) {
        super(message);
    }
}
