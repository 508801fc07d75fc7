package dev.interlock.replicas;

import dev.interlock.effect.Access;
import dev.interlock.effect.Resource;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Accesses as sets of texts. Two accesses conflict if and only if what one {@linkplain #met meets} and what the other
 * {@linkplain #held holds} have a key in common; and so the other way round.
 *
 * <p>A resource holds a key for itself, and one for each resource that contains it, which says by what kind of segment the way
 * goes on there: a name, or a mark, see {@link Resource}. It meets a resource that contains it by the key of that itself, all
 * below it by how their ways go on from it, and, where one goes on with a mark and the other with a name, by that.
 */
final class ResourceKeys {

    private ResourceKeys() {}

    static List<String> held(Collection<Access> accesses) {
        Set<String> keys = new LinkedHashSet<>();
        for (Access access : accesses) {
            char kind = access.isWrite() ? 'w' : 'r';
            StringBuilder path = new StringBuilder();
            for (String segment : access.resource().segments()) {
                keys.add(key(kind, segment.isEmpty() ? 'm' : 'n', path));
                path.append('/').append(segment);
            }
            keys.add(key(kind, 'x', path));
        }
        return List.copyOf(keys);
    }

    static List<String> met(Collection<Access> accesses) {
        Set<String> keys = new LinkedHashSet<>();
        for (Access access : accesses) {
            StringBuilder path = new StringBuilder();
            for (String segment : access.resource().segments()) {
                meet(keys, access, 'x', path);
                meet(keys, access, segment.isEmpty() ? 'n' : 'm', path);
                path.append('/').append(segment);
            }
            meet(keys, access, 'x', path);
            meet(keys, access, 'n', path);
            meet(keys, access, 'm', path);
        }
        return List.copyOf(keys);
    }

    private static void meet(Set<String> keys, Access access, char what, StringBuilder path) {
        keys.add(key('w', what, path));
        if (access.isWrite()) {
            keys.add(key('r', what, path));
        }
    }

    private static String key(char kind, char what, StringBuilder path) {
        return "" + kind + what + path;
    }
}
