package dev.interlock.audit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes effects as the line of Java that declares them. */
final class Declaration {

    private static final Pattern SEPARATOR = Pattern.compile(", (?=reads |writes |exclusive|computed )");

    private Declaration() {}

    /**
     * Returns the line that declares a tool's current effects and the missing ones.
     *
     * @param effects the current effects in the words of {@link dev.interlock.effect.Effects#toString()}
     * @param missing the missing accesses in words, see {@link ArgumentNames#generalise}
     */
    static String line(String tool, String effects, Collection<String> missing) {
        Set<String> reads = new LinkedHashSet<>();
        Set<String> writes = new LinkedHashSet<>();
        boolean computed = false;
        List<String> all = new ArrayList<>(List.of(SEPARATOR.split(effects)));
        all.addAll(missing);
        for (String words : all) {
            String template = ArgumentNames.templateOf(words);
            if (words.startsWith("reads ") && template != null) {
                reads.add(template);
            } else if (words.startsWith("writes ") && template != null) {
                writes.add(template);
            } else if (words.startsWith("computed ")) {
                computed = true;
            }
        }
        reads.removeAll(writes);
        List<String> parts = new ArrayList<>();
        if (computed) {
            parts.add("<your function>");
        }
        if (!reads.isEmpty()) {
            parts.add("Effects.reads(" + quoted(reads) + ")");
        }
        if (!writes.isEmpty()) {
            parts.add("Effects.writes(" + quoted(writes) + ")");
        }
        String first = parts.isEmpty() ? "Effects.pure()" : parts.removeFirst();
        return ".effects(" + quote(tool) + ", " + first
                + parts.stream().map(part -> ".and(" + part + ")").collect(Collectors.joining()) + ")";
    }

    private static String quoted(Collection<String> texts) {
        return texts.stream().map(Declaration::quote).collect(Collectors.joining(", "));
    }

    private static String quote(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }
}
