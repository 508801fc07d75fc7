package dev.interlock.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ObjectWalkTest {

    private static final ObjectFields FIELDS = new ObjectFields(Field::trySetAccessible);

    @SuppressWarnings("UnusedVariable") // the walk reads it
    private record Node(int id, List<?> held) {}

    private static Node node(int id, Object... held) {
        return new Node(id, Arrays.asList(held));
    }

    private static List<Integer> visited(ObjectWalk walk, Object... from) {
        List<Integer> visited = new ArrayList<>();
        walk.add(Stream.of(from));
        for (Object next = walk.next(); next != null; next = walk.next()) {
            if (next instanceof Node node) {
                visited.add(node.id());
                walk.add(FIELDS.values(node));
            } else {
                walk.add(ObjectFields.elements(next));
            }
        }
        return visited;
    }

    private static ObjectWalk walk(int mostObjects, int mostElements) {
        return new ObjectWalk(mostObjects, mostElements, type -> type != String.class);
    }

    @Test
    void the_closest_objects_come_first() {
        Node start = node(1, node(2, node(4)), node(3, node(5)));
        assertThat(visited(walk(100, 100), start)).containsExactly(1, 2, 3, 4, 5);
    }

    @Test
    void each_object_comes_once_though_equal_ones_are_others() {
        List<Object> circle = new ArrayList<>();
        Node start = new Node(1, circle);
        circle.add(start);
        assertThat(visited(walk(100, 100), start, start)).containsExactly(1);
        ObjectWalk walk = walk(100, 100);
        List<Integer> one = new ArrayList<>(List.of(7));
        List<Integer> equal = new ArrayList<>(List.of(7));
        walk.add(Stream.of(one, equal, one));
        assertThat(walk.next()).isSameAs(one);
        assertThat(walk.next()).isSameAs(equal);
        assertThat(walk.next()).isNull();
    }

    @Test
    void nulls_and_what_leads_nowhere_are_passed_over() {
        assertThat(visited(walk(100, 100), "text", null, node(1, "text", null))).containsExactly(1);
    }

    @Test
    void it_ends_after_the_most_objects() {
        assertThat(visited(walk(2, 100), node(1), node(2), node(3))).containsExactly(1, 2);
    }

    @Test
    void it_looks_at_no_more_than_the_most_elements_even_of_those_that_lead_nowhere() {
        assertThat(visited(walk(100, 2), "text", node(1), node(2))).containsExactly(1);
    }

    @Test
    void of_an_object_that_changes_meanwhile_counts_what_came_before() {
        ObjectWalk walk = walk(100, 100);
        Node first = node(1);
        walk.add(Stream.of(first, node(2)).peek(each -> {
            if (each.id() == 2) {
                throw new ConcurrentModificationException();
            }
        }));
        assertThat(walk.next()).isSameAs(first);
        assertThat(walk.next()).isNull();
    }
}
