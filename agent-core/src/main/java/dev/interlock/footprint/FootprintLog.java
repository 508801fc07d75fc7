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
 * Writes what calls touch to a file, one line of JSON for each attempt. The library can learn effects from it:
 *
 * {@snippet lang = json :
 * {"tool":"ship_order","arguments":{"id":42},"reads":["customers/7"],"writes":["orders/42"],"run":"5f2a-91"}
 * }
 *
 * <p>The log writes attempts that returned. It writes an attempt that threw with {@code "failed":true} if the attempt
 * touched something, and only after another attempt of the tool has returned: the failed one may have ended before its
 * writes. Until then the log holds back at most 128 KiB for each tool and 1 MiB in all, and drops the rest. It leaves
 * out calls whose arguments are not a JSON object. Calls of one known conversation have the same {@code run} within one
 * log. The log writes arguments as they are, so keep the file where such data may be kept.
 *
 * <p>Thread-safe. The log writes a line whole or not at all, and the line is in the file when the call ends. If the
 * file would exceed its limit, or a write fails, the log warns once and writes no more; calls go on.
 */
public final class FootprintLog implements FootprintListener, Closeable {

    private static final Logger log = LoggerFactory.getLogger(FootprintLog.class);

    /** The default limit of a file's length: 64 MiB. */
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

    /** Lines of attempts that threw, by tool. Once an attempt of the tool has returned, the log holds none back. */
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
        // No channel: an interrupt of a call's thread would close it.
        this.out = new FileOutputStream(file.toFile(), true);
        this.bytes = file.toFile().length();
    }

    /**
     * Opens a log that appends to a file, up to {@link #DEFAULT_MAX_BYTES}. It creates the file if there is none.
     *
     * @param file the file
     * @return the log, to be closed
     * @throws IOException if the file cannot be opened
     */
    public static FootprintLog to(Path file) throws IOException {
        return to(file, DEFAULT_MAX_BYTES);
    }

    /**
     * Opens a log that appends to a file. It creates the file if there is none.
     *
     * @param file the file
     * @param maxBytes the most bytes of the file, existing ones included; at least 1
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
                    "writing a footprint of tool '{}' to {} failed; the log skips it",
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

    /** Nothing more will be written, so nothing needs to be held back. */
    private void stop() {
        over = true;
        heldBack.clear();
        heldBytes = 0;
    }

    /** The bytes held back of attempts whose tool has not returned yet. */
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
            log.warn("the footprint log {} stops: the next line would exceed its limit of {} bytes", file, maxBytes);
            return;
        }
        try {
            out.write(line);
            bytes += line.length;
        } catch (IOException e) {
            stop();
            log.warn("the footprint log {} stops: a write failed", file, e);
        }
    }

    /** Closes the file. The log ignores later footprints. */
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
