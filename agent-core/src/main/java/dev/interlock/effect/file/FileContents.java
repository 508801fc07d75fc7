package dev.interlock.effect.file;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a file holds, in the file's order.
 *
 * @param schema the JSON Schema that the file names; null if it names none
 * @param server the server that the file names; null if it names none
 * @param entries all entries; those of one tool stand together
 * @param schemas by tool, the hashes of the input schemas that its entries are known to hold for
 */
record FileContents(
        @Nullable String schema,
        @Nullable DescribedServer server,
        List<EffectsEntry> entries,
        Map<String, List<String>> schemas) {}
