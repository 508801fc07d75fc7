package dev.interlock.footprint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what calls touch to a file, a line of JSON each, for effects to be learnt from:
 *
 * {@snippet lang = json :
 * {"tool":"ship_order","arguments":{"id":42},"reads":["customers/7"],"writes":["orders/42"],"run":"5f2a-91"}
 * }
 *
 * <p>Written are the attempts that returned. One that threw is written with {@code "failed":true} if it touched something, and
 * only once another of its tool has returned: it may have ended before it came to its writes. Until then the log keeps 128
 * KiB of them for each tool, 1 MiB in all, and leaves out the rest. Calls whose arguments are no
 * JSON object are left out. {@code run} is the same for calls of one conversation, as far as conversations are known, that
 * one log has written. Arguments are written as they are: keep the file where such data may be kept.
 *
 * <p>Thread-safe. A line is written whole, or not at all, and is in the file when the call ends. When the file would become
 * longer than it may, or cannot be written, a warning is logged once, and nothing more is written; calls go on.
 */
public final class FootprintLog implements FootprintListener, Closeable {

    private static final Logger log = LoggerFactory.getLogger(FootprintLog.class);

    /** How long a file may become unless it is said: 64 MiB. */
    public static final long DEFAULT_MAX_BYTES = 64L << 20;

    static final int MAX_HELD_BYTES = 1 << 20;
    static final int MAX_HELD_BYTES_OF_TOOL = MAX_HELD_BYTES / 8;
    private static final int MAX_HELD_LINES_OF_TOOL = 100;
    private static final int MAX_RETURNED = 1_000;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String run = UUID.randomUUID().toString().substring(0, 8);

    private final Path file;
    private final long maxBytes;
    private final OutputStream out;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private long bytes;
    private boolean over;

    /** Lines of attempts that threw, by tool; those of a tool that has returned are not held back any more. */
    private final Map<String, Held> heldBack = new HashMap<>();

    private final Set<String> returned = new HashSet<>();
    private int heldBytes;

    private static final class Held {
        private final List<byte[]> lines = new ArrayList<>();
        private int bytes;
    }

    private FootprintLog(Path file, long maxBytes) throws IOException {
        this.file = Objects.requireNonNull(file, "file");
        this.maxBytes = maxBytes;
        // Not by a channel: that would be closed if the thread of a call were interrupted.
        this.out = new FileOutputStream(file.toFile(), true);
        this.bytes = file.toFile().length();
    }

    /**
     * Appends to a file, which is made if there is none, up to {@link #DEFAULT_MAX_BYTES}.
     *
     * @param file the file
     * @return the log, to be closed
     * @throws IOException if the file cannot be opened
     */
    public static FootprintLog to(Path file) throws IOException {
        return to(file, DEFAULT_MAX_BYTES);
    }

    /**
     * Appends to a file, which is made if there is none.
     *
     * @param file the file
     * @param maxBytes how long it may become, with what it holds already; more than 0
     * @return the log, to be closed
     * @throws IOException if the file cannot be opened
     * @throws IllegalArgumentException if {@code maxBytes} is below 1
     */
    public static FootprintLog to(Path file, long maxBytes) throws IOException {
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maxBytes must be >= 1, was " + maxBytes);
        }
        return new FootprintLog(file, maxBytes);
    }

    @Override
    public void onFootprint(CallFootprint footprint) {
        boolean failed = !footprint.outcome().isSuccess();
        if (!footprint.call().hasObjectArguments()
                || (failed && footprint.accesses().isEmpty())) {
            return;
        }
        byte[] line;
        try {
            line = (JSON.writeValueAsString(json(footprint, failed)) + '\n').getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            log.warn(
                    "a call of tool '{}' cannot be written to {}",
                    footprint.call().tool(),
                    file,
                    e);
            return;
        }
        lock.lock();
        try {
            add(footprint.call().tool(), line, failed);
        } finally {
            lock.unlock();
        }
    }

    private void add(String tool, byte[] line, boolean failed) {
        if (over) {
            return;
        }
        if (failed && !returned.contains(tool)) {
            holdBack(tool, line);
            return;
        }
        if (returned.size() < MAX_RETURNED) {
            returned.add(tool);
        }
        Held before = heldBack.remove(tool);
        if (before != null) {
            heldBytes -= before.bytes;
            before.lines.forEach(this::write);
        }
        write(line);
    }

    private void holdBack(String tool, byte[] line) {
        Held known = heldBack.get(tool);
        int lines = known == null ? 0 : known.lines.size();
        int ofTool = known == null ? 0 : known.bytes;
        if (lines >= MAX_HELD_LINES_OF_TOOL
                || line.length > MAX_HELD_BYTES_OF_TOOL - ofTool
                || line.length > MAX_HELD_BYTES - heldBytes) {
            return;
        }
        Held held = heldBack.computeIfAbsent(tool, name -> new Held());
        held.lines.add(line);
        held.bytes += line.length;
        heldBytes += line.length;
    }

    /** Nothing more is written, so nothing needs to be kept. */
    private void stop() {
        over = true;
        heldBack.clear();
        heldBytes = 0;
    }

    /** How much is kept of attempts whose tool has not returned. */
    int heldBytes() {
        lock.lock();
        try {
            return heldBytes;
        } finally {
            lock.unlock();
        }
    }

    private ObjectNode json(CallFootprint footprint, boolean failed) {
        ObjectNode node = JSON.createObjectNode();
        node.put("tool", footprint.call().tool());
        node.set("arguments", footprint.call().arguments());
        ArrayNode reads = node.putArray("reads");
        ArrayNode writes = node.putArray("writes");
        footprint
                .accesses()
                .forEach(access -> (access.isWrite() ? writes : reads)
                        .add(access.resource().toString()));
        Object conversation = footprint.conversation();
        node.put("run", conversation == null ? run : run + '-' + Integer.toHexString(conversation.hashCode()));
        if (failed) {
            node.put("failed", true);
        }
        return node;
    }

    private void write(byte[] line) {
        if (over) {
            return;
        }
        if (bytes + line.length > maxBytes) {
            stop();
            log.warn("no more footprints are written to {}: it would have more than {} bytes", file, maxBytes);
            return;
        }
        try {
            out.write(line);
            bytes += line.length;
        } catch (IOException e) {
            stop();
            log.warn("no more footprints are written to {}", file, e);
        }
    }

    /** Closes the file; what comes later is not written. */
    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            stop();
            out.close();
        } finally {
            lock.unlock();
        }
    }
}
