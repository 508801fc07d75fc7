package dev.interlock.support;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A walk over objects along what they hold, the closest first. It comes to each object once, and never to more than a
 * number of them. Its owner says what an object leads to, such as {@link ObjectFields#values} or
 * {@link ObjectFields#elements}.
 *
 * <p>Confined to one thread.
 */
public final class ObjectWalk {

    private static final Logger log = LoggerFactory.getLogger(ObjectWalk.class);

    private final int mostObjects;
    private final int mostElements;
    private final Predicate<Class<?>> leads;

    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Deque<Object> left = new ArrayDeque<>();

    /**
     * Begins a walk.
     *
     * @param mostObjects the most objects to come to
     * @param mostElements the most objects to look at of those that one object leads to
     * @param leads whether an object of a class counts; the walk does not come to any other
     */
    public ObjectWalk(int mostObjects, int mostElements, Predicate<Class<?>> leads) {
        this.mostObjects = mostObjects;
        this.mostElements = mostElements;
        this.leads = leads;
    }

    /**
     * Adds what an object leads to, behind what was added before. If another thread changes the object meanwhile, what
     * came before that counts.
     *
     * @param objects the objects, which may be null
     */
    public void add(Stream<?> objects) {
        List<Object> leading = new ArrayList<>();
        try {
            objects.limit(mostElements)
                    .filter(object -> object != null && leads.test(object.getClass()))
                    .limit(mostObjects)
                    .forEach(leading::add);
        } catch (RuntimeException e) {
            log.debug("Interlock cannot see all that an object holds", e);
        }
        left.addAll(leading);
    }

    /**
     * Comes to the next object.
     *
     * @return the object; null at the end of the walk
     */
    public @Nullable Object next() {
        while (!left.isEmpty() && seen.size() < mostObjects) {
            Object next = left.remove();
            if (seen.add(next)) {
                return next;
            }
        }
        return null;
    }
}
