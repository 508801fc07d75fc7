package dev.interlock.support;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** Reads and writes JSON, however long or deep. For what Interlock wrote itself; not for text of models. */
public final class UnlimitedJson {

    private UnlimitedJson() {}

    /**
     * Begins a mapper without Jackson's limits. Each mapper has a factory of its own, since a factory knows one mapper.
     *
     * @return a builder, with Jackson's other settings
     */
    public static JsonMapper.Builder mapper() {
        return JsonMapper.builder(JsonFactory.builder()
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
