package dev.interlock.effect.file;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a file holds, in its order.
 *
 * @param schema what it says its JSON Schema is; null if it does not say
 * @param server the server it is about; null if it is about none
 * @param entries those of one tool stand together
 * @param schemas by tools, the hashes of the input schemas for which their entries are known to hold
 */
record FileContents(
        @Nullable String schema,
        @Nullable DescribedServer server,
        List<EffectsEntry> entries,
        Map<String, List<String>> schemas) {}
