package dev.interlock.board;

import java.util.Arrays;

/** A growing list of ints. Empty lists share one array, since a batch holds hundreds of thousands of them. */
final class IntList {

    private static final int[] EMPTY = {};

    private int[] items = EMPTY;
    private int size;

    void add(int item) {
        if (size == items.length) {
            items = Arrays.copyOf(items, Math.max(4, size + (size >> 1)));
        }
        items[size++] = item;
    }

    int get(int index) {
        return items[index];
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    void clear() {
        items = EMPTY;
        size = 0;
    }

    int[] toArray() {
        return Arrays.copyOf(items, size);
    }
}
