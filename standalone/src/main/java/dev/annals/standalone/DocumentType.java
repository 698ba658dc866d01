package dev.annals.standalone;

import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.bson.BsonDecoder;
import de.bwaldvogel.mongo.wire.bson.BsonEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;
import org.h2.mvstore.type.ObjectDataType;

/**
 * The stored form of documents: BSON. Java's serialization, which the library uses and earlier
 * versions stored, takes twice the bytes. It is still read.
 */
final class DocumentType extends BasicDataType<Document> {

  /** Begins each value, where {@link ObjectDataType} has the type: none has this number. */
  private static final byte BSON = 127;

  private final ObjectDataType earlier = new ObjectDataType();

  /** The moving average of all sizes. A document takes about twice the memory. */
  private volatile int averageBytes = 1_000;

  @Override
  public int getMemory(Document document) {
    return 2 * averageBytes;
  }

  @Override
  public boolean isMemoryEstimationAllowed() {
    return false;
  }

  @Override
  public void write(WriteBuffer target, Document document) {
    ByteBuf bson = Unpooled.buffer(averageBytes);
    BsonEncoder.encodeDocument(document, bson);
    int bytes = bson.readableBytes();
    averageBytes = (15 * averageBytes + bytes) / 16;
    target.put(BSON).putVarInt(bytes).put(bson.array(), 0, bytes);
  }

  @Override
  public Document read(ByteBuffer source) {
    if (source.get(source.position()) != BSON) {
      return (Document) earlier.read(source);
    }
    source.get();
    byte[] bytes = new byte[DataUtils.readVarInt(source)];
    source.get(bytes);
    return BsonDecoder.decodeBson(Unpooled.wrappedBuffer(bytes));
  }

  @Override
  public Document[] createStorage(int size) {
    return new Document[size];
  }
}
