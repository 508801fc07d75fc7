package dev.interlock.langchain4j;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;

/**
 * A list that only grows. Each addition returns all elements so far as a list that never changes. All lists share one
 * array, so n additions take time and space for n elements.
 *
 * <p>Not thread-safe, but the lists that {@link #add} returns are.
 */
final class Prefixes<E> {

    private Object[] elements = new Object[8];
    private int size;

    List<E> add(E element) {
        if (size == elements.length) {
            elements = Arrays.copyOf(elements, 2 * size);
        }
        elements[size++] = element;
        return new Prefix<>(elements, size);
    }

    /** The first elements of an array, which never change again. */
    private static final class Prefix<E> extends AbstractList<E> implements RandomAccess {
        private final Object[] elements;
        private final int size;

        Prefix(Object[] elements, int size) {
            this.elements = elements;
            this.size = size;
        }

        @Override
        @SuppressWarnings("unchecked") // only elements are added
        public E get(int index) {
            return (E) elements[Objects.checkIndex(index, size)];
        }

        @Override
        public int size() {
            return size;
        }
    }
}
