package dev.interlock.replicas;

import dev.interlock.effect.Access;
import dev.interlock.effect.Resource;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Turns accesses into sets of keys. Two accesses conflict if and only if the keys that one {@linkplain #met meets} and
 * the keys that the other {@linkplain #held holds} have one in common; this is symmetric.
 *
 * <p>A resource holds a key for itself. For each resource that contains it, it also holds a key that says which kind of
 * segment follows there: a name or a mark, see {@link Resource}. It meets a containing resource by that resource's own
 * key. It meets everything below itself by the kind of segment that follows. If one path goes on with a mark and the
 * other with a name, it meets the other by that kind too.
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
