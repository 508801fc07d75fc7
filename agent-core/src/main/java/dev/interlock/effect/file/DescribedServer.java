package dev.interlock.effect.file;

import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The MCP server whose tools a file describes. Immutable.
 *
 * @param name the name that the server gives in its answer to {@code initialize}; not blank
 * @param versions the server versions that the file is known to hold for; empty if the file does not say
 * @param source where the entries come from, such as a repository with its commit; null if the file does not say
 * @param date the day on which their author took them from there; null if the file does not say
 */
public record DescribedServer(
        String name,
        List<String> versions,
        @Nullable String source,
        @Nullable LocalDate date) {

    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException if the name or a version is blank
     */
    public DescribedServer {
        if (Objects.requireNonNull(name, "name").isBlank()) {
            throw new IllegalArgumentException("a server's name must not be blank");
        }
        versions = List.copyOf(versions);
        if (versions.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException("a version of server '" + name + "' must not be blank");
        }
    }
}
