package dev.interlock.langchain4j;

import dev.interlock.execution.ResultLimit;
import dev.interlock.execution.ResultLimit.WhenLonger;
import dev.langchain4j.data.message.AudioContent;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.PdfFileContent;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.VideoContent;
import dev.langchain4j.service.tool.ToolExecutionResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A result's contents for the model, within the length that {@link ResultLimit} allows. */
final class ResultContents {

    /** How many contents get a notice in their place; one more notice sums up the rest. */
    private static final int MAX_NOTICES = 8;

    private static final int BASE64_IN = 3;
    private static final int BASE64_OUT = 4;

    private ResultContents() {}

    /**
     * Limits the result of a call that succeeded.
     *
     * @return the result itself if it is not too long
     * @throws IllegalStateException if it is too long and the call must fail
     */
    static ToolExecutionResult limited(ToolExecutionResult full, ResultLimit limit) {
        List<Content> contents = full.resultContents();
        if (contents.size() == 1 && contents.get(0) instanceof TextContent content) {
            String cut = limit.cut(content.text());
            return cut == null ? full : with(full, List.of(TextContent.from(cut)));
        }
        long bytes = contents.stream().mapToLong(ResultContents::cost).sum();
        if (bytes <= limit.maxBytes()) {
            return full;
        }
        if (limit.whenLonger() == WhenLonger.FAIL) {
            throw limit.tooLong("result", bytes);
        }
        return with(full, new Cut(limit).of(contents));
    }

    /** Limits a result that is an error. */
    static ToolExecutionResult limitedError(ToolExecutionResult full, ResultLimit limit) {
        List<Content> contents = full.resultContents();
        if (contents.size() == 1 && contents.get(0) instanceof TextContent content) {
            String cut = limit.cutMessage(content.text());
            return cut == null ? full : with(full, List.of(TextContent.from(cut)));
        }
        try {
            return limited(full, limit);
        } catch (IllegalStateException e) {
            return with(full, List.of(TextContent.from(e.getMessage())));
        }
    }

    /** Whether a result is one text. */
    static boolean isText(ToolExecutionResult result) {
        List<Content> contents = result.resultContents();
        return contents.size() == 1 && contents.get(0) instanceof TextContent;
    }

    /** The same result with another text. */
    static ToolExecutionResult saying(String text, ToolExecutionResult result) {
        return with(result, List.of(TextContent.from(text)));
    }

    private static ToolExecutionResult with(ToolExecutionResult full, List<Content> contents) {
        return ToolExecutionResult.builder()
                .isError(full.isError())
                .attributes(full.attributes())
                .result(full.result())
                .resultContents(contents)
                .build();
    }

    private static long cost(Content content) {
        return Math.max(1, bytes(content));
    }

    /** The number of bytes that go to the model. */
    private static long bytes(Content content) {
        if (content instanceof TextContent text) {
            return ResultLimit.bytes(text.text());
        }
        if (content instanceof ImageContent image) {
            return length(image.image().base64Data()) + length(image.image().url());
        }
        if (content instanceof AudioContent audio) {
            byte[] data = audio.audio().binaryData();
            String base64 = audio.audio().base64Data();
            return (base64 == null && data != null ? base64Length(data) : length(base64))
                    + length(audio.audio().url());
        }
        if (content instanceof VideoContent video) {
            return length(video.video().base64Data()) + length(video.video().url());
        }
        if (content instanceof PdfFileContent file) {
            return length(file.pdfFile().base64Data()) + length(file.pdfFile().url());
        }
        return ResultLimit.bytes(String.valueOf(content));
    }

    /** Base64 and URLs only have characters of one byte. */
    private static long length(@Nullable Object text) {
        return text == null ? 0 : text.toString().length();
    }

    private static long base64Length(byte[] data) {
        return ((long) data.length + BASE64_IN - 1) / BASE64_IN * BASE64_OUT;
    }

    /** Cuts the contents of one result. */
    private static final class Cut {
        private final int maxBytes;
        private final List<Content> kept = new ArrayList<>();
        private long room;
        private int notices;
        private int others;
        private long othersBytes;

        Cut(ResultLimit limit) {
            this.maxBytes = limit.maxBytes();
            this.room = maxBytes;
        }

        List<Content> of(List<Content> contents) {
            for (Content content : contents) {
                add(content, cost(content));
            }
            if (others > 0) {
                kept.add(TextContent.from("[left out: " + others + " more contents of " + othersBytes + " bytes]"));
            }
            return kept;
        }

        private void add(Content content, long bytes) {
            if (bytes <= room) {
                room -= bytes;
                kept.add(content);
            } else if (room > 0 && content instanceof TextContent text) {
                kept.add(TextContent.from(ResultLimit.first((int) room, text.text(), bytes)));
                room = 0;
            } else if (notices < MAX_NOTICES) {
                notices++;
                kept.add(TextContent.from("[left out: " + kind(content) + " of " + bytes + " bytes; a result may have "
                        + maxBytes + " bytes]"));
            } else {
                others++;
                othersBytes += bytes;
            }
        }

        private static String kind(Content content) {
            return content.type() == null
                    ? "content"
                    : content.type().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }
}
