package dev.interlock.effect;

import java.util.List;
import java.util.Set;

/**
 * Finds signs that a tool looks or listens through a device in front of the user: a camera, a microphone, a fingerprint
 * sensor. Such a tool turns on a light, asks for permission or disturbs the user. A tool that returns existing
 * recordings only reads.
 */
final class Devices {

    /** Devices that always belong to one person. */
    private static final Set<String> OWN = WordList.of("microphone mic webcam selfie dictation voiceprint");

    private static final Set<String> CAMERAS = WordList.of("camera cam");

    /** Words before "camera" that make it the user's own. Any other camera may hang over a road. */
    private static final Set<String> AT_HAND = WordList.of("""
            user user's users' their your my front back rear front-facing rear-facing selfie device device's phone phone's \
            laptop laptop's computer's built-in integrated default the""");

    private static final Set<String> THROUGH = WordList.of("from through with using via by on over into");

    /** Things that a camera makes at the moment of the call. */
    private static final Set<String> PICTURES = WordList.of("photo picture selfie capture shot snap frame video");

    private static final Set<String> MADE =
            WordList.of("photo picture frame image video audio sound recording input signal stream");

    private static final Set<String> BODY = WordList.of("fingerprint selfie signature passcode gesture voice face");
    private static final Set<String> PERSONS =
            WordList.of("user customer person human operator caller employee visitor");
    private static final Set<String> LENDING = WordList.of("of from by");

    /** Deeds of a person that the tool waits for. */
    private static final Set<String> DOES = WordList.of("""
            says speaks types draws picks chooses selects enters answers signs holds taps clicks presses wants dictates \
            replies scans shows sees""");

    private static final Set<String> WHAT = WordList.of("what which whatever whichever that");

    private Devices() {}

    /** Whether the words of a name speak of such a device: {@code get_selfie}, {@code camera_photo}. */
    static boolean inName(List<String> words) {
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            String next = i + 1 < words.size() ? words.get(i + 1) : "";
            if (OWN.contains(word) && !Nouns.isInformation(next)) {
                return true;
            }
            if (CAMERAS.contains(word) && PICTURES.contains(next)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the word at {@code i} of a sentence speaks of such a device. */
    static boolean in(Sentence s, int i) {
        String token = s.at(i);
        String next = s.at(i + 1);
        if (OWN.contains(token)) {
            return !Nouns.isInformation(next) && (s.has(THROUGH, i - 4, i) || isOf(s, i));
        }
        if (CAMERAS.contains(token)) {
            return !Nouns.isInformation(next) && s.has(AT_HAND, i - 2, i) && s.has(THROUGH, i - 5, i);
        }
        if (BODY.contains(token)) {
            return comesFromPerson(s, i + 1);
        }
        return DOES.contains(token)
                && PERSONS.contains(s.at(i - 1))
                && s.at(i - 2).equals("the")
                && s.has(WHAT, i - 5, i - 2);
    }

    /** "A frame of the webcam". */
    private static boolean isOf(Sentence s, int i) {
        for (int j = i - 1; j >= i - 3; j--) {
            if (s.at(j).equals("of")) {
                return MADE.contains(s.at(j - 1));
            }
        }
        return false;
    }

    private static boolean comesFromPerson(Sentence s, int from) {
        for (int j = from; j < from + 5; j++) {
            if (LENDING.contains(s.at(j)) && s.has(PERSONS, j + 1, j + 3)) {
                return true;
            }
        }
        return false;
    }
}
