package dev.interlock.support;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** Reads and writes JSON, however long or deep. For what Interlock wrote itself; not for text of models. */
public final class UnlimitedJson {

    /** Half of a character beyond this may stand alone in a text, and no encoding but an escape keeps it. */
    private static final int HIGHEST_BEFORE_SURROGATES = Character.MIN_SURROGATE - 1;

    private UnlimitedJson() {}

    /**
     * Begins a mapper without Jackson's limits. It escapes all surrogates, so that text of any kind comes back
     * unchanged from files and databases, even if a model has cut a character in two. Each mapper has a factory of its
     * own, since a factory knows one mapper.
     *
     * @return a builder, with Jackson's other settings
     */
    public static JsonMapper.Builder mapper() {
        return JsonMapper.builder(new JsonFactoryBuilder()
                .highestNonEscapedChar(HIGHEST_BEFORE_SURROGATES)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxStringLength(Integer.MAX_VALUE)
                        .maxNameLength(Integer.MAX_VALUE)
                        .maxNumberLength(Integer.MAX_VALUE)
                        .maxNestingDepth(Integer.MAX_VALUE)
                        .build())
                .streamWriteConstraints(StreamWriteConstraints.builder()
                        .maxNestingDepth(Integer.MAX_VALUE)
                        .build())
                .build());
    }
}
