package dev.interlock.learn;

import com.fasterxml.jackson.databind.JsonNode;
import dev.interlock.effect.Access;
import dev.interlock.effect.Resource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Handles accesses to an absolute path that no argument names. A template cannot say that a path is absolute. A
 * relative template would not conflict with other relative names of the same file. So the learner can claim only the
 * segments before the path.
 */
final class AbsolutePaths {

    private AbsolutePaths() {}

    /** Returns the accesses, with each such path widened to the segments before it. */
    static Set<Access> widened(Set<Access> accesses, JsonNode arguments) {
        Set<Access> widened = new LinkedHashSet<>();
        for (Access access : accesses) {
            List<String> segments = access.resource().segments();
            int mark = segments.indexOf("");
            boolean stays = mark < 0 || isNamed(segments.subList(mark, segments.size()), arguments);
            widened.add(
                    stays ? access : new Access(access.kind(), access.resource().prefix(mark)));
        }
        return widened;
    }

    /** Whether an argument is the absolute path, or a folder that contains it. */
    private static boolean isNamed(List<String> marked, JsonNode argument) {
        if (argument.isTextual()) {
            String text = argument.textValue();
            boolean absolute = text.startsWith("/") || text.startsWith("~") || text.indexOf(':') > 0;
            List<String> path =
                    marked.stream().filter(segment -> !segment.isEmpty()).toList();
            List<String> named = Resource.of(text).segments();
            return absolute
                    && !named.isEmpty()
                    && named.size() <= path.size()
                    && path.subList(0, named.size()).equals(named);
        }
        for (JsonNode part : argument) {
            if (isNamed(marked, part)) {
                return true;
            }
        }
        return false;
    }
}
