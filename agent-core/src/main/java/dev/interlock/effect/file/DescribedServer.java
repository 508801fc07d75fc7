package dev.interlock.effect.file;

import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The MCP server whose tools a file is about, if it is about one. Immutable.
 *
 * @param name as the server gives it in its answer to {@code initialize}; not blank
 * @param versions those of the server for which the file is known to hold; none if that is not said
 * @param source where the entries were taken from, such as a repository with its commit; null if that is not said
 * @param date the day on which they were taken; null if that is not said
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
            throw new IllegalArgumentException("the name of a server must not be blank");
        }
        versions = List.copyOf(versions);
        if (versions.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException("a version of server '" + name + "' must not be blank");
        }
    }
}
