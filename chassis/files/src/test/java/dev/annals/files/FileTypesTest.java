package dev.annals.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

/**
 * Accepts each allowed type by each of its usual names, and refuses the bytes and names of every
 * other type.
 */
class FileTypesTest {

  private static final String OPEN_XML = "application/vnd.openxmlformats-officedocument.";
  private static final String DOCX = OPEN_XML + "wordprocessingml.document";
  private static final String XLSX = OPEN_XML + "spreadsheetml.sheet";
  private static final String PPTX = OPEN_XML + "presentationml.presentation";

  /**
   * An allowed type with a genuine sample.
   *
   * @param extensions the usual extensions
   * @param otherNames aliases that clients send
   * @param family other types that its bytes are or may be
   */
  private record Kind(
      String type,
      List<String> extensions,
      List<String> otherNames,
      Supplier<byte[]> genuine,
      Set<String> family) {

    byte[] bytes() {
      return genuine.get();
    }
  }

  private static final Set<String> TEXTS =
      Set.of("text/plain", "text/markdown", "text/csv", "application/json");
  private static final List<String> ZIPS =
      List.of("application/zip", "application/x-zip", "application/x-zip-compressed");

  private static final List<Kind> KINDS =
      List.of(
          new Kind(
              "text/plain",
              List.of("txt", "text", "log"),
              List.of("text/x-log"),
              () -> utf8("First, do no harm."),
              TEXTS),
          new Kind(
              "text/markdown",
              List.of("md", "markdown"),
              List.of("text/x-markdown", "text/x-web-markdown"),
              () -> utf8("# Plan\n\n* first"),
              TEXTS),
          new Kind(
              "text/csv",
              List.of("csv"),
              List.of(
                  "application/csv",
                  "application/vnd.ms-excel",
                  "text/x-csv",
                  "application/x-csv",
                  "text/comma-separated-values",
                  "text/x-comma-separated-values"),
              () -> utf8("name;sum\nAda;1,5\n"),
              TEXTS),
          new Kind(
              "application/json",
              List.of("json"),
              List.of("text/json", "text/x-json"),
              () -> utf8("{\"a\": [1, null]}"),
              TEXTS),
          new Kind(
              "application/pdf",
              List.of("pdf"),
              List.of("application/x-pdf"),
              () -> utf8("%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"),
              Set.of()),
          new Kind(
              "image/png",
              List.of("png"),
              List.of("image/x-png"),
              () -> hex("89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"),
              Set.of()),
          new Kind(
              "image/jpeg",
              List.of("jpg", "jpeg", "jpe", "jfif"),
              List.of("image/jpg", "image/pjpeg"),
              () -> hex("ffd8ffe000104a46494600010100000100010000ffdb004300"),
              Set.of()),
          new Kind(
              "image/gif",
              List.of("gif"),
              List.of("image/x-gif"),
              () -> hex("47494638396101000100800000ffffff0000002c00000000010001000002024401003b"),
              Set.of()),
          new Kind(
              "image/webp",
              List.of("webp"),
              List.of(),
              () -> hex("524946461a000000574542505650384c0d0000002f00000010071011118888fe0700"),
              Set.of()),
          new Kind(
              "application/zip", List.of("zip"), ZIPS, () -> zip("a.txt", "b/c.txt"), Set.of()),
          new Kind(
              "application/msword",
              List.of("doc"),
              List.of("application/vnd.msword"),
              () -> compound("Root Entry", "WordDocument", "1Table"),
              Set.of()),
          new Kind(
              "application/vnd.ms-excel",
              List.of("xls"),
              List.of("application/msexcel", "application/x-msexcel", "application/excel"),
              () -> compound("Root Entry", "Workbook"),
              Set.of()),
          new Kind(
              "application/vnd.ms-powerpoint",
              List.of("ppt"),
              List.of("application/mspowerpoint", "application/powerpoint"),
              () -> compound("Root Entry", "PowerPoint Document"),
              Set.of()),
          new Kind(
              DOCX,
              List.of("docx"),
              plus(ZIPS, "application/msword"),
              () -> zip("[Content_Types].xml", "_rels/.rels", "word/document.xml"),
              Set.of("application/zip")),
          new Kind(
              XLSX,
              List.of("xlsx"),
              plus(ZIPS, "application/vnd.ms-excel"),
              () -> zip("_rels/.rels", "xl/workbook.xml", "[Content_Types].xml"),
              Set.of("application/zip")),
          new Kind(
              PPTX,
              List.of("pptx"),
              plus(ZIPS, "application/vnd.ms-powerpoint"),
              () -> zip("[Content_Types].xml", "ppt/presentation.xml"),
              Set.of("application/zip")));

  static final Set<String> ALLOWED =
      KINDS.stream().map(Kind::type).collect(Collectors.toUnmodifiableSet());

  private static final FileTypes TYPES =
      new FileTypes(
          new FileProperties(
              DataSize.ofMegabytes(1), DataSize.ofMegabytes(1), ALLOWED, "", Duration.ZERO, null));

  @TempDir private Path folder;

  private static final List<String> FORMS =
      List.of(
          "a.%s",
          "A%%20b?.%s",
          "C#.%s",
          "12:30 plan.%s",
          "http://a/b#c?d=e.%s",
          "a.html.%s",
          ".%s",
          "%%.%s",
          "\u65e5\u672c.%s",
          "a.%s. ");

  @Test
  void acceptsEachTypeByEachOfItsNames() {
    Map<String, String> wrong = new LinkedHashMap<>();
    for (Kind kind : KINDS) {
      assertThat(accepted("a", kind.type(), kind.bytes())).isEqualTo(kind.type());
      for (String extension : kind.extensions()) {
        for (String form : FORMS) {
          String name = FileName.clean(form.formatted(extension));
          sent(kind)
              .forEach(
                  type -> {
                    String accepted = accepted(name, type, null);
                    if (!accepted.equals(kind.type())) {
                      wrong.put(name + " as " + type, accepted);
                    }
                  });
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  /**
   * The media types that clients may send for a kind: none, aliases, in capitals, with parameters.
   */
  private static Stream<String> sent(Kind kind) {
    Stream<String> some = Stream.of(kind.type(), "application/octet-stream", "binary/octet-stream");
    return Stream.concat(
        Stream.of(""),
        Stream.concat(some, kind.otherNames().stream())
            .flatMap(
                type ->
                    Stream.of(
                        type, type.toUpperCase(Locale.ROOT), type + "; charset=x; a=\"b;c\"")));
  }

  @Test
  void refusesTheBytesOfEachOtherType() {
    Set<String> wrong = new TreeSet<>();
    for (Kind claimed : KINDS) {
      for (Kind sent : KINDS) {
        boolean fits =
            sent.type().equals(claimed.type())
                || (sent.family().contains(claimed.type())
                    && !claimed.type().equals("application/json"));
        for (String extension : claimed.extensions()) {
          String answer = accepted("a." + extension, claimed.type(), sent.bytes());
          if (answer.equals("415") == fits) {
            wrong.add(sent.type() + " as " + claimed.type() + ": " + answer);
          }
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void refusesTheNameOfEachOtherType() {
    Set<String> wrong = new TreeSet<>();
    for (Kind kind : KINDS) {
      for (Kind named : KINDS) {
        boolean fits =
            named.type().equals(kind.type())
                || (TEXTS.contains(kind.type()) && TEXTS.contains(named.type()))
                || (named.otherNames().contains(kind.type()) && !named.type().equals(kind.type()));
        String name = "a." + named.extensions().get(0);
        boolean refused = accepted(name, kind.type(), null).equals("415");
        if (refused == fits) {
          wrong.add(name + " as " + kind.type());
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x?.html",
        "a:b.html",
        "a#.html",
        "a.html",
        "A.HTML",
        "a.html.",
        "a.html ",
        "a.ht\u0001ml",
        "a.ht\u200bml",
        "a.html?b",
        "a.html::$DATA",
        "x?.svg",
        "javascript:a.js",
        "mailto:a.exe",
        "a.sh",
        "a.bat",
        "a.xhtml",
        "a.txt.php",
        "http://a/b?c=.htm"
      })
  void refusesNamesWithTheExtensionOfAnotherType(String name) {
    assertThat(accepted(FileName.clean(name), "text/plain", utf8("hello"))).isEqualTo("415");
    assertThat(accepted(FileName.clean(name), "application/octet-stream", utf8("a")))
        .isEqualTo("415");
  }

  @ParameterizedTest
  @CsvSource({
    "README, text/plain",
    "a.unheard-of, text/plain",
    "What? And why: a list, text/plain",
    "a.txt~, text/plain",
    "CON, text/plain",
    "'...', text/plain",
    "a., image/png"
  })
  void acceptsNamesWithoutAKnownExtension(String name, String type) {
    assertThat(accepted(name, type, null)).isEqualTo(type);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Path: /tmp",
        "P1 is urgent",
        "P2 can wait",
        "P3 is for later",
        "P4 ",
        "P5 ",
        "P6 ",
        "P7 ",
        "BEGIN:VCARD\nVERSION:3.0",
        "BEGIN:VCALENDAR\nVERSION:2.0",
        "PK is short",
        "GIF me",
        "GIF89a is a format",
        "%PDF is a format",
        "%PDF-1.4 is old",
        "BM is short",
        "MZ",
        "Rar! ",
        "#!important",
        "#! a heading",
        "# a heading",
        "II*",
        "MM*",
        "RIFF of the song",
        "ID3 tags",
        "OggS",
        "fLaC",
        "From: Ada",
        "From ada Sat",
        "Subject: hi",
        "Received: yes",
        "Date: today",
        "To: Bert",
        "Message-ID: <a@b>",
        "MIME-Version: 1.0",
        "Return-Path: <a>",
        "Relay-Version:",
        "Article 1",
        "Xref: a",
        "Newsgroups: a",
        "Return to sender",
        "Status: open",
        "X-Mailer: a",
        "/* a */",
        "// a",
        ";; a",
        "%! a",
        "%%",
        "@echo is a word",
        "@article{a}",
        "@prefix a",
        "def of it",
        "import this",
        "package it",
        "public holidays",
        "class of 1999",
        "function a",
        "var a",
        "let us",
        "const a",
        "use it",
        "using it",
        "#include everybody",
        "#define done",
        "#import a",
        "#if you like",
        "--",
        "-- a",
        "---\ntitle: a",
        "===",
        "***",
        "...",
        "<3",
        "<- look",
        "<ada> hello",
        "<ada@example.org>",
        "<<<<<<< ours",
        "< 5 km",
        "<?",
        "<!",
        "{a}",
        "{\\a",
        "[a]",
        "[section]\na=1",
        "\\documentclass",
        "\\input it",
        "BZh",
        "7z",
        "MSCF",
        "ISc(",
        "wOFF",
        "true",
        "WEBVTT",
        "1\n00:00:01,000",
        "SIMPLE  = maybe",
        "CDF and more",
        "HDF",
        "MAT",
        "AutoCAD is",
        "AC1015 was a version",
        "0 HEAD of state",
        "8BPS",
        "gimp xcf",
        "P1\n# a bitmap",
        "diff of it",
        "diff --git a b",
        "Index: a",
        "*** a",
        "!<arch> is ar",
        "!Adobe",
        "StartFontMetrics",
        "%FDF",
        "$Id$",
        "'",
        "\"a\",\"b\"",
        "EHFA_HEADER_TAG",
        "d8:",
        "dex",
        "CWS",
        "FWS",
        "FLV",
        "free of charge",
        "moov",
        "mdat",
        "ftyp",
        "skip it",
        "wide",
        "pnot",
        "MThd",
        "MOVI",
        "IIXPR3",
        "SQLite is a database",
        "xar!",
        "LZIP",
        "PAR1",
        "Obj",
        "SEQ",
        "ORC",
        "\tindented",
        " indented",
        "\n\nlate",
        "\u001b[1mbold\u001b[0m",
        "man\b\bpage",
        "dos\u001a",
        "page\fbreak",
        "Gr\u00fc\u00dfe",
        "\u65e5\u672c",
        "=1+1",
        "+1",
        "-1",
        "1"
      })
  void acceptsTextThatBeginsLikeABinaryFormat(String text) {
    assertThat(accepted("a.txt", "text/plain", utf8(text))).isEqualTo("text/plain");
    assertThat(accepted("a.txt", "text/plain", utf8("\uFEFF" + text))).isEqualTo("text/plain");
    assertThat(accepted("a.csv", "application/vnd.ms-excel", utf8(text))).isEqualTo("text/csv");
    assertThat(accepted("a.md", "application/octet-stream", utf8(text))).isEqualTo("text/markdown");
  }

  @ParameterizedTest
  @CsvSource({
    "windows-1250, Zażółć gęślą jaźń",
    "windows-1251, Съешь же ещё этих мягких булок",
    "windows-1252, Grüße – „so“ … 5 €",
    "windows-1253, Ξεσκεπάζω την ψυχοφθόρα",
    "windows-1254, Pijamalı hasta yağız şoföre",
    "windows-1255, דג סקרן שט בים",
    "windows-1256, نص حكيم له سر قاطع",
    "windows-1257, Glāžšķūņa rūķīši",
    "windows-1258, tieng Viet",
    "KOI8-R, Съешь же ещё этих мягких булок",
    "KOI8-U, Чуєш їх доцю",
    "IBM850, Grüße",
    "IBM866, Съешь же ещё",
    "ISO-8859-1, Grüße",
    "ISO-8859-2, Zażółć",
    "ISO-8859-5, Съешь",
    "ISO-8859-15, 5 €",
    "Shift_JIS, 日本語の文字コード表",
    "EUC-JP, 日本語の文字コード表",
    "ISO-2022-JP, 日本語の文字コード表",
    "GBK, 视野无限广",
    "GB18030, 视野无限广㐀窗外有蓝天",
    "Big5, 視野無限廣",
    "EUC-KR, 키스의 고유조건은",
    "x-windows-949, 키스의 고유조건은",
    "TIS-620, เป็นมนุษย์",
    "UTF-8, Grüße 日本",
    "UTF-16, Grüße 日本",
    "x-UTF-16LE-BOM, Grüße 日本"
  })
  void acceptsTextInAnyUsualEncoding(String encoding, String text) {
    byte[] csv = (text + ";1\n" + text + ";2\n").repeat(50).getBytes(Charset.forName(encoding));
    assertThat(accepted("a.csv", "text/csv", csv)).isEqualTo("text/csv");
    assertThat(accepted("a.txt", "text/plain", csv)).isEqualTo("text/plain");
    assertThat(accepted("a.md", "text/markdown", csv)).isEqualTo("text/markdown");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<html>",
        "<HTML lang=en>",
        "  \n<!DOCTYPE html>",
        "<!doctype svg>",
        "<script>a</script>",
        "<head>",
        "<body onload=a>",
        "<iframe src=a>",
        "<style>",
        "<title>a",
        "<svg xmlns=a>",
        "<?xml version=\"1.0\"?><a/>",
        "<?php echo 1;",
        "#!/bin/sh\n",
        "#! /usr/bin/env python",
        "%PDF-1.7\r\n",
        "{\\rtf1\\ansi",
        "%!PS-Adobe-3.0"
      })
  void refusesPagesScriptsAndDocumentsAsText(String text) {
    for (Charset charset : List.of(UTF_8, UTF_16LE, UTF_16BE)) {
      byte[] marked = ("\uFEFF" + text).getBytes(charset);
      assertThat(accepted("a.txt", "text/plain", marked)).isEqualTo("415");
      assertThat(accepted("a.csv", "text/csv", marked)).isEqualTo("415");
      assertThat(accepted("a.md", "text/markdown", marked)).isEqualTo("415");
    }
    assertThat(accepted("a", "text/plain", utf8(text))).isEqualTo("415");
  }

  @ParameterizedTest
  @ValueSource(strings = {"<h1>a</h1>", "<p>a", "<!-- a -->", "<a href=b>", "<div>", "<br/>a"})
  void acceptsLeadingTagsOnlyInMarkdown(String text) {
    assertThat(accepted("a.md", "text/markdown", utf8(text))).isEqualTo("text/markdown");
    assertThat(accepted("a.txt", "text/plain", utf8(text))).isEqualTo("415");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "4d5a90000300000004000000ffff0000", // a Windows program
        "7f454c46020101000000000000000000", // a Linux program
        "cafebabe0000003d", // a class
        "1f8b0800000000000003", // gzip
        "377abcaf271c0004", // 7z
        "526172211a070100", // RAR
        "28b52ffd045841000068690a", // Zstandard
        "0061736d01000000", // WebAssembly
        "424d3a000000000000003600000028000000", // BMP
        "49492a0008000000", // TIFF
        "4f67675300020000", // Ogg
        "000000186674797069736f6d", // MP4
        "53514c69746520666f726d6174203300" // SQLite
      })
  void refusesOtherBinaryFormatsAsEachType(String bytes) {
    for (Kind kind : KINDS) {
      assertThat(accepted("a", kind.type(), hex(bytes))).as(kind.type()).isEqualTo("415");
    }
  }

  @Test
  void acceptsJsonInUtf8AndUtf16() {
    for (Charset charset : List.of(UTF_8, UTF_16LE, UTF_16BE)) {
      assertThat(accepted("a.json", "application/json", "\uFEFF{\"ä\": 1}".getBytes(charset)))
          .isEqualTo("application/json");
    }
    assertThat(accepted("a.json", "application/json", utf8("{\"a\": 1"))).isEqualTo("415");
    assertThat(accepted("a.json", "application/json", utf8("1 2"))).isEqualTo("415");
    assertThat(accepted("a.json", "text/json", utf8("hello"))).isEqualTo("415");
  }

  @Test
  void acceptsOfficeFilesWithAPasswordOrEmbeddedFiles() {
    byte[] locked = compound("Root Entry", "EncryptionInfo", "EncryptedPackage");
    assertThat(accepted("a.docx", DOCX, locked)).isEqualTo(DOCX);
    assertThat(accepted("a.xlsx", "application/octet-stream", locked)).isEqualTo(XLSX);
    assertThat(accepted("a.docx", DOCX, compound("Root Entry", "WordDocument"))).isEqualTo("415");
    byte[] both = compound("Root Entry", "Workbook", "WordDocument");
    assertThat(accepted("a.doc", "application/msword", both)).isEqualTo("application/msword");
    byte[] old = compound("Root Entry", "Book");
    assertThat(accepted("a.xls", "application/vnd.ms-excel", old)).isNotEqualTo("415");
    byte[] many = zip("[Content_Types].xml", "word/document.xml", "word/embeddings/a.xlsx");
    assertThat(accepted("a.docx", DOCX, many)).isEqualTo(DOCX);
    // Truncated: no names can be read.
    assertThat(accepted("a.docx", DOCX, hex("504b030414000000"))).isEqualTo(DOCX);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text",
        "/",
        "text/",
        ";text/plain",
        "text/plain, image/png",
        "*/*",
        "text/\u0001"
      })
  void refusesMalformedMediaTypes(String type) {
    assertThat(accepted("a.txt", type, utf8("a"))).isEqualTo("415");
  }

  @Test
  void refusesTextWithANul() {
    byte[] late = "a".repeat(100_000).concat("\0").getBytes(UTF_8);
    assertThat(accepted("a.txt", "text/plain", late)).isEqualTo("415");
  }

  /** Returns the accepted type, or "415". Null bytes are not checked. */
  private String accepted(String name, String type, byte[] bytes) {
    try {
      String claimed = TYPES.claimed(name, type);
      if (bytes != null) {
        Path file = folder.resolve("file");
        Files.write(file, bytes);
        TYPES.check(claimed, file);
      }
      return claimed;
    } catch (Refusal refused) {
      assertThat(refused.problem()).isEqualTo(Problem.UNSUPPORTED_MEDIA_TYPE);
      return "415";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> plus(List<String> some, String one) {
    List<String> all = new ArrayList<>(some);
    all.add(one);
    return all;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }

  private static byte[] zip(String... names) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (String name : names) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(name.getBytes(ISO_8859_1));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * Returns a compound file: a header, and in the third sector a directory of a root and streams.
   */
  private static byte[] compound(String... names) {
    ByteBuffer file = ByteBuffer.allocate(512 * 6).order(ByteOrder.LITTLE_ENDIAN);
    file.put(hex("d0cf11e0a1b11ae1"));
    file.putInt(48, 2);
    for (int i = 0; i < names.length; i++) {
      byte[] name = names[i].getBytes(UTF_16LE);
      int at = 512 * 3 + 128 * i;
      file.put(at, name);
      file.putShort(at + 64, (short) (name.length + 2));
      file.put(at + 66, (byte) (i == 0 ? 5 : 2));
    }
    return file.array();
  }
}
